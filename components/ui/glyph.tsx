// Outlines from Lucide (ISC). Client components use these instead of its components, which would load with every form.
const OUTLINES = {
  alert: 'M12 22a10 10 0 1 1 0-20 10 10 0 0 1 0 20ZM12 8v4M12 16h.01',
  check: 'M12 22a10 10 0 1 1 0-20 10 10 0 0 1 0 20ZM9 12l2 2 4-4',
  eye: 'M2.06 12.35a1 1 0 0 1 0-.7 10.75 10.75 0 0 1 19.88 0 1 1 0 0 1 0 .7 10.75 10.75 0 0 1-19.88 0M15 12a3 3 0 1 1-6 0 3 3 0 0 1 6 0Z',
  'eye-off':
    'M10.73 5.08a10.74 10.74 0 0 1 11.2 6.57 1 1 0 0 1 0 .7 10.75 10.75 0 0 1-1.44 2.49M14.08 14.16a3 3 0 0 1-4.24-4.24M17.48 17.5a10.75 10.75 0 0 1-15.42-5.15 1 1 0 0 1 0-.7 10.75 10.75 0 0 1 4.45-5.14M2 2l20 20',
  moon: 'M20.99 12.49a9 9 0 1 1-9.48-9.48c.4-.02.62.46.4.8a6 6 0 0 0 8.27 8.27c.34-.21.83 0 .8.4',
  monitor: 'M4 3h16a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2ZM8 21h8M12 17v4',
  sun: 'M16 12a4 4 0 1 1-8 0 4 4 0 0 1 8 0ZM12 2v2M12 20v2M4.9 4.9l1.4 1.4M17.7 17.7l1.4 1.4M2 12h2M20 12h2M6.3 17.7l-1.4 1.4M19.1 4.9l-1.4 1.4',
  'mail-check': 'M22 13V6a2 2 0 0 0-2-2H4a2 2 0 0 0-2 2v12c0 1.1.9 2 2 2h8M22 7l-8.97 5.7a1.94 1.94 0 0 1-2.06 0L2 7M16 19l2 2 4-4',
}

/** A decorative icon of a client component. */
export function Glyph({ name, className = '' }: { name: keyof typeof OUTLINES; className?: string }) {
  return (
    <svg viewBox="0 0 24 24" className={`glyph ${className}`} aria-hidden="true">
      <path d={OUTLINES[name]} />
    </svg>
  )
}
