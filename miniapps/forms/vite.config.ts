import { miniAppConfig } from '../kit/vite.ts'

export default miniAppConfig('forms', 7221, {
  opensOffline: { isLeftOut: (moduleId) => moduleId.includes('/forms/src/manage/') },
})
