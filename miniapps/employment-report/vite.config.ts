import { miniAppConfig } from '../kit/vite.ts'

export default miniAppConfig('employment-report', 7222)
