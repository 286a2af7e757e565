import { renderEmail } from '@/lib/platform/mail/render'
import { TEMPLATES } from '@/lib/platform/mail/templates'
import { samplePropsOf } from './sample-emails'

// Prints the HTML of every template as JSON, for ./emails.mjs: a browser test cannot import what runs on the server only.

const emails: Record<string, string> = {}
for (const template of Object.keys(TEMPLATES))
  emails[template] = (await renderEmail(template, samplePropsOf(template), 'ada@heron.example')).html
process.stdout.write(JSON.stringify(emails))
