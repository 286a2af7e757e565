import { ROLE_NAMES, type Role } from '@/lib/roles'
import { Badge } from './ui/badge'

export function RoleBadge({ role }: { role: Role }) {
  return <Badge>{ROLE_NAMES[role]}</Badge>
}
