import { LogOut } from 'lucide-react'
import { signOutAction } from './actions'
import { Button } from './ui/button'

export function SignOutButton({ className = '' }: { className?: string }) {
  return (
    <form action={signOutAction}>
      <Button type="submit" look="plain" className={className}>
        <LogOut className="size-4 text-ink-soft" aria-hidden="true" />
        Sign out
      </Button>
    </form>
  )
}
