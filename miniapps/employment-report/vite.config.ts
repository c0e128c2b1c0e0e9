import { miniAppConfig } from '@kangbao/kit/vite'

export default miniAppConfig('employment-report', 7222)
