// What the policy form offers for each limit, in its unit. Without zod, because the page loads it at once.

export const RECENT_AUTH_CHOICES = [1, 3, 5] as const
export const IDLE_CHOICES = [15, 30, 60, 240] as const
export const ABSOLUTE_CHOICES = [1, 8, 12, 24] as const
