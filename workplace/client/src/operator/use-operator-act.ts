import { useAdminAct } from '@/admin/use-admin-act.ts'

/** An act of the operator; every list of his that it may have changed is read anew. */
export const useOperatorAct = () =>
  useAdminAct([
    'operator-suites',
    'operator-deliveries',
    'operator-limits',
    'operator-templates',
    'operator-acts',
  ])
