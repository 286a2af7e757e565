import { Button } from '@/components/ui/button'

/** The content of every 404 page. It is part of each page's payload, so it reads no data. */
export function NotFoundMessage() {
  return (
    <div className="max-w-[400px]">
      <h1 className="text-title">Page not found</h1>
      <p className="mt-3 mb-6 text-ink-soft">
        It may have moved, or you may not have access to it. Check the address, or go to your accounts.
      </p>
      <Button asChild look="main">
        <a href="/private">Go to your accounts</a>
      </Button>
    </div>
  )
}
