import { LogOut } from 'lucide-react'
import type { PlainAction } from '@/lib/form'
import * as labels from '@/lib/labels/public'
import { Button } from './ui/button'

export function SignOutButton({ action, className = '' }: { action: PlainAction; className?: string }) {
  return (
    <form action={action}>
      <Button type="submit" look="plain" className={className}>
        <LogOut className="size-4 text-ink-soft" aria-hidden="true" />
        {labels.signOut}
      </Button>
    </form>
  )
}
