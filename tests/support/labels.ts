// The names of fields, buttons, links, and headings that tests look for. Those of a resource are in lib/<resource>/labels.ts.
export * from '@/lib/labels/private'
export * from '@/lib/labels/public'
