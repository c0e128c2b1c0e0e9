import { miniAppConfig } from '@kangbao/kit/vite'

export default miniAppConfig('health-report', 7223)
