import { miniAppConfig } from '../kit/vite.ts'

export default miniAppConfig('health-report', 7223)
