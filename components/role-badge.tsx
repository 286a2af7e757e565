import type { Role } from '@/lib/generated/prisma/enums'
import { Badge } from './ui/badge'

const ROLE_NAMES: Record<Role, string> = { OWNER: 'Owner', ADMIN: 'Admin', MEMBER: 'Member' }

export function RoleBadge({ role }: { role: Role }) {
  return <Badge>{ROLE_NAMES[role]}</Badge>
}
