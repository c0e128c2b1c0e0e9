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
import { useOperatorSession } from './operator/operator-session.ts'
import { router } from './router.ts'

const app = createApp(App)
app.use(createPinia())
app.use(PiniaColada, { queryOptions: { staleTime: 20_000, gcTime: 300_000 } })
app.use(i18n)
usePreferences()

const session = useSession()
const operator = useOperatorSession()
const gate = useAdminGate()
connectApi({
  token: (permission) => (permission === 'operator' ? operator.session?.token : session.token),
  onSignedOut: (permission) => {
    const isOperator = permission === 'operator'
    if (isOperator) operator.forget()
    else session.forget()
    const { name, fullPath } = router.currentRoute.value
    const door = isOperator ? 'operator-sign-in' : 'sign-in'
    if (name !== door) void router.replace({ name: door, query: { to: fullPath } })
  },
  onOrgMissing: (orgId, isDissolved) => {
    if (isDissolved) session.noteDissolved(orgId)
    // Perhaps only the thing asked for is missing; whether the org is, the person's list says.
    if (session.orgById(orgId)) void session.refresh().catch(() => undefined)
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
