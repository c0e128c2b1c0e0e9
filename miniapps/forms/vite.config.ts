import { miniAppConfig } from '@kangbao/kit/vite'

export default miniAppConfig('forms', 7221)
