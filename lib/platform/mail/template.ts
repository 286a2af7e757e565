/** The content of an email. Any text may contain names that people typed; none of it is markup. */
export type Template = {
  subject: string
  /** Shown next to the subject in an inbox. */
  preview: string
  /** Defaults to the subject. */
  heading?: string
  paragraphs: string[]
  button: { label: string; url: string }
  /** Small print at the end: what to do if the recipient didn't expect the email. */
  footnote: string
}

export type Templates = Record<string, (props: never) => Template>
