import type { Permission } from '@kangbao/shared/contracts/permissions.ts'
import type { IconName } from '../kit/icons.ts'

export interface Place {
  readonly path: string
  readonly icon: IconName
  readonly labelKey: string
  readonly permission: Permission
}
export interface PlaceGroup {
  readonly labelKey: string
  readonly places: readonly Place[]
}

/** Where one can go; what the role may not is not shown. */
export const placeGroups: readonly PlaceGroup[] = [
  {
    labelKey: 'layout.group-daily',
    places: [
      { path: '/forms', icon: 'forms', labelKey: 'layout.forms', permission: 'forms.read' },
      { path: '/directory', icon: 'directory', labelKey: 'layout.directory', permission: 'directory.read' },
      { path: '/kiosks', icon: 'tablet', labelKey: 'kiosks.title', permission: 'kiosks.manage' },
      { path: '/privacy', icon: 'shield', labelKey: 'layout.privacy', permission: 'privacy.manage' },
      { path: '/open-api', icon: 'plug', labelKey: 'openApi.title', permission: 'open-api.manage' },
    ],
  },
  {
    labelKey: 'layout.group-reports',
    places: [
      {
        path: '/reports/employment',
        icon: 'employment',
        labelKey: 'layout.employment',
        permission: 'reports.read',
      },
      { path: '/reports/health', icon: 'health', labelKey: 'layout.health', permission: 'reports.read' },
    ],
  },
  {
    labelKey: 'layout.group-regions',
    places: [
      { path: '/regions/health', icon: 'health', labelKey: 'regions.health', permission: 'rollups.read' },
      {
        path: '/regions/employment',
        icon: 'employment',
        labelKey: 'regions.employment',
        permission: 'rollups.read',
      },
    ],
  },
  {
    labelKey: 'layout.group-operations',
    places: [
      {
        path: '/operations/status',
        icon: 'status',
        labelKey: 'layout.status',
        permission: 'operations.read',
      },
      {
        path: '/operations/daily-runs',
        icon: 'runs',
        labelKey: 'layout.runs',
        permission: 'operations.read',
      },
      {
        path: '/operations/comparison',
        icon: 'check',
        labelKey: 'layout.comparison',
        permission: 'operations.read',
      },
      {
        path: '/operations/endpoints',
        icon: 'swap',
        labelKey: 'layout.endpoints',
        permission: 'operations.read',
      },
      { path: '/operations/orgs', icon: 'orgs', labelKey: 'layout.orgs', permission: 'operations.read' },
      { path: '/operations/viewers', icon: 'eye', labelKey: 'layout.viewers', permission: 'operations.read' },
    ],
  },
  {
    labelKey: 'layout.group-trust',
    places: [{ path: '/audit-log', icon: 'audit', labelKey: 'layout.audit', permission: 'audit.read' }],
  },
]
