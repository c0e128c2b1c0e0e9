import { miniAppConfig } from '../kit/vite.ts'

export default miniAppConfig('forms', 7221)
