/** A prerendered page with a form. */
export default function Page() {
  return (
    <form method="post" action="/dynamic">
      <label>
        Email <input name="email" type="email" />
      </label>
      <label>
        Password <input name="password" type="password" />
      </label>
      <button type="submit">Sign in</button>
    </form>
  )
}
