import { PiniaColada } from '@pinia/colada'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import { createClient } from '@kangbao/shared/contracts/client.ts'
import { apiBase, apiKey } from './api/api.ts'
import App from './App.vue'
import { usePreferences } from './kit/preferences.ts'
import { createTexts } from './kit/texts.ts'
import { allowEmptyMarkup } from './kit/charts/empty-markup.ts'
import './kit/theme/element.css'
import './kit/theme/tokens.css'
import './kit/theme/base.css'
import { createConsoleRouter } from './router.ts'
import { watchActivity } from './sessions/activity.ts'
import { useSession } from './sessions/session-store.ts'
import { useStepUp } from './sessions/step-up.ts'
import { createRenewal } from './sessions/use-renewal.ts'

/** The set-up link may carry its token as a query; it is moved behind the hash, out of later requests. */
function moveSetupToken(): void {
  const url = new URL(location.href)
  const token = url.searchParams.get('setup')
  if (!token) return
  url.searchParams.delete('setup')
  url.hash = `#/setup/${encodeURIComponent(token)}`
  history.replaceState(null, '', url)
}

moveSetupToken()
allowEmptyMarkup()
const fetcher: typeof fetch = (...call) => fetch(...call)
const pinia = createPinia()
const app = createApp(App, { renew: (...given: Parameters<typeof renewal.renew>) => renewal.renew(...given) })
app.use(pinia).use(PiniaColada, { queryOptions: { staleTime: 2_000 } })
const preferences = usePreferences()
app.use(createTexts(preferences.locale))
const router = createConsoleRouter()
const session = useSession()
const renewal = createRenewal(fetcher, watchActivity(window, Date.now))

const stepUp = useStepUp()
const api = createClient({
  baseUrl: apiBase,
  fetch: fetcher,
  token: session.token,
  prove: stepUp.ask,
  renew: async () => {
    if (await renewal.renewCurrent()) return true
    if (session.current) {
      session.end()
      const next = router.currentRoute.value.fullPath
      void router.replace({ name: 'sign-in', query: { reason: 'expired', next } })
    }
    return false
  },
})
app.provide(apiKey, api)
app.use(router).mount('#app')
