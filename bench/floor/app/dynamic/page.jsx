import { cookies } from 'next/headers'

/** A dynamic page that reads a cookie. */
export default async function Page() {
  const session = (await cookies()).get('session')?.value
  return <h1>Welcome {session ?? 'stranger'}</h1>
}
