import { PiniaColada } from '@pinia/colada'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import 'vant/lib/index.css'
import './styles/tokens.css'
import './styles/vant.css'
import './styles/base.css'
import App from './App.vue'
import { useAdminGate } from './admin/admin-gate.ts'
import { connectApi } from './api/client.ts'
import { useSession } from './account/session.ts'
import { i18n } from './i18n/index.ts'
import { usePreferences } from './kit/preferences.ts'
import { router } from './router.ts'

const app = createApp(App)
app.use(createPinia())
app.use(PiniaColada, { queryOptions: { staleTime: 20_000, gcTime: 300_000 } })
app.use(i18n)
usePreferences()

const session = useSession()
const gate = useAdminGate()
connectApi({
  token: () => session.token,
  onSignedOut: () => {
    session.forget()
    const { name, fullPath } = router.currentRoute.value
    if (name !== 'sign-in') void router.replace({ name: 'sign-in', query: { to: fullPath } })
  },
  onPasswordRequired: () => gate.ask(),
})

// After an update the parts an open page has not loaded yet are gone under their old names: load it anew.
window.addEventListener('vite:preloadError', (event) => {
  event.preventDefault()
  location.reload()
})

app.use(router)
app.mount('#app')
