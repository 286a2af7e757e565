import type { Role } from '@/lib/generated/prisma/enums'
import { ROLE_NAMES } from '@/lib/roles'
import { Badge } from './ui/badge'

export function RoleBadge({ role }: { role: Role }) {
  return <Badge>{ROLE_NAMES[role]}</Badge>
}
