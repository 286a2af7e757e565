/** The content of an email. Any text may contain names that people typed; none of it is markup. */
export type Template = {
  /** Names the account or the product. */
  subject: string
  /** Shown next to the subject in an inbox. */
  preview: string
  /** Defaults to the subject. */
  heading?: string
  paragraphs: string[]
  /** The account and the people that the email is about, each with an avatar. */
  parties?: Party[] | undefined
  /** Labels and values, such as the device, the time, and the address of a sign-in. */
  details?: [label: string, value: string][] | undefined
  button: { label: string; url: string }
  /** What to do if the recipient didn't expect the email. */
  footnote: string
  /** Why this email was sent, after "Sent to ada@example.com because". */
  because: string
}

export type Party = { kind: 'person' | 'account'; name: string; line: string }

export type Templates = Record<string, (props: never) => Template>
