import type { Role } from '@/lib/generated/prisma/client'

// Who and what the demo data contains. prisma/seed.ts writes it.

/** Everyone's password. It is public. */
export const PASSWORD = 'seven quiet geese'

export const MAC = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36'
export const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1'
export const WINDOWS = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0'
export const LINUX = 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0'

/** Every person, by email. The addresses are from ranges for documentation (RFC 5737). */
export const PEOPLE: Record<string, { name: string; ip: string; userAgent: string }> = {
  'olga@heron.example': { name: 'Olga Novak', ip: '192.0.2.14', userAgent: MAC },
  'adam@heron.example': { name: 'Adam Weiss', ip: '192.0.2.31', userAgent: WINDOWS },
  'mina@heron.example': { name: 'Mina Park', ip: '198.51.100.7', userAgent: MAC },
  'nils@heron.example': { name: 'Nils Berg', ip: '198.51.100.42', userAgent: LINUX },
  'priya@heron.example': { name: 'Priya Raman', ip: '203.0.113.20', userAgent: MAC },
  'tomas@heron.example': { name: 'Tomás Rivera', ip: '203.0.113.61', userAgent: WINDOWS },
  'rolf@heron.example': { name: 'Rolf Adler', ip: '192.0.2.77', userAgent: WINDOWS },
  'both@example.com': { name: 'Bea Lindqvist', ip: '198.51.100.90', userAgent: MAC },
  'karl@kingfisher.example': { name: 'Karl Osei', ip: '203.0.113.5', userAgent: LINUX },
  'ines@kingfisher.example': { name: 'Inês Duarte', ip: '203.0.113.8', userAgent: MAC },
  'una@plover.example': { name: 'Una Fields', ip: '192.0.2.120', userAgent: IPHONE },
}

export type Demo = {
  name: string
  /** days ago */
  founded: number
  owner: string
  /** False if the owner never confirmed their email. */
  isConfirmed: boolean
  /** When each was invited, when they joined, and their role now; those who were removed since have the day. */
  members: Record<string, { invited: number; joined: number; role: Role; removed?: number }>
  /** Invitations that no one has accepted, and when they were sent. They expire after seven days. */
  open: Record<string, number>
}

export const ACCOUNTS: Demo[] = [
  {
    name: 'Heron Press',
    founded: 42,
    owner: 'olga@heron.example',
    isConfirmed: true,
    members: {
      'adam@heron.example': { invited: 41, joined: 41, role: 'ADMIN' },
      'mina@heron.example': { invited: 41, joined: 40, role: 'MEMBER' },
      'rolf@heron.example': { invited: 39, joined: 38, role: 'MEMBER', removed: 16 },
      'nils@heron.example': { invited: 36, joined: 35, role: 'MEMBER' },
      'priya@heron.example': { invited: 29, joined: 27, role: 'ADMIN' },
      'tomas@heron.example': { invited: 20, joined: 19, role: 'MEMBER' },
      'both@example.com': { invited: 12, joined: 11, role: 'MEMBER' },
    },
    open: { 'otto@heron.example': 9, 'nora@heron.example': 3, 'leo@heron.example': 1 },
  },
  {
    name: 'Kingfisher Works',
    founded: 31,
    owner: 'karl@kingfisher.example',
    isConfirmed: true,
    members: {
      'both@example.com': { invited: 30, joined: 29, role: 'ADMIN' },
      'ines@kingfisher.example': { invited: 22, joined: 21, role: 'MEMBER' },
    },
    open: { 'olga@heron.example': 2 },
  },
  { name: 'Plover Studio', founded: 1, owner: 'una@plover.example', isConfirmed: false, members: {}, open: {} },
]

/** Where people have signed in, oldest first: with another browser than their usual one, if it is named. */
export const SIGN_INS: { email: string; daysAgo: number; time?: string; ip?: string; userAgent?: string; remembered?: true }[] = [
  { email: 'olga@heron.example', daysAgo: 34, time: '08:12' },
  { email: 'adam@heron.example', daysAgo: 26, time: '13:40' },
  { email: 'olga@heron.example', daysAgo: 21, time: '09:02' },
  { email: 'olga@heron.example', daysAgo: 9, time: '08:45', remembered: true },
  { email: 'karl@kingfisher.example', daysAgo: 8, time: '10:20', remembered: true },
  { email: 'mina@heron.example', daysAgo: 6, time: '09:15', remembered: true },
  { email: 'olga@heron.example', daysAgo: 5, time: '19:30', ip: '203.0.113.144', userAgent: IPHONE, remembered: true },
  { email: 'both@example.com', daysAgo: 4, time: '11:05', remembered: true },
  { email: 'priya@heron.example', daysAgo: 3, time: '08:50', remembered: true },
  { email: 'adam@heron.example', daysAgo: 2, time: '09:25', remembered: true },
  { email: 'olga@heron.example', daysAgo: 1, time: '14:05', ip: '198.51.100.63', userAgent: WINDOWS, remembered: true },
]
