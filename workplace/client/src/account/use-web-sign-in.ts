import { computed, ref, shallowRef } from 'vue'
import { useRoute } from 'vue-router'
import {
  decideWebSignIn,
  getWebSignIn,
  type WebSignIn,
  type WebSignInRequest,
} from '@kangbao/workplace/contracts/web-sign-in.ts'
import { call } from '@/api/client.ts'
import { useAct } from '@/api/use-act.ts'

/** Reads who asks, and takes the answer to the workplace; what comes back is where the browser goes. */
export function useWebSignIn() {
  const { query } = useRoute()
  const asked = shallowRef<WebSignIn>()
  const orgId = ref('')
  const isLeaving = ref(false)
  const { isBusy, problem, run } = useAct()

  const textOf = (name: string) => (typeof query[name] === 'string' ? query[name] : undefined)
  const optional = (name: 'state' | 'corpId' | 'exclusiveLogin' | 'exclusiveCorpId') => {
    const text = textOf(name)
    return text === undefined ? {} : { [name]: text }
  }
  const request: WebSignInRequest = {
    client_id: textOf('client_id') ?? '',
    redirect_uri: textOf('redirect_uri') ?? '',
    response_type: textOf('response_type') ?? '',
    scope: textOf('scope') ?? '',
    ...optional('state'),
    ...optional('corpId'),
    ...optional('exclusiveLogin'),
    ...optional('exclusiveCorpId'),
  }

  const load = () =>
    run(async () => {
      asked.value = await call(getWebSignIn, { body: request })
      orgId.value = asked.value.orgs?.[0]?.orgId ?? ''
    })

  const decide = (decision: 'allow' | 'refuse') =>
    run(async () => {
      const { redirectTo } = await call(decideWebSignIn, {
        body: { request, decision, ...(decision === 'allow' && orgId.value && { orgId: orgId.value }) },
      })
      isLeaving.value = true
      location.assign(redirectTo)
    })

  /** The app wants a member of an org, and the person is in none it takes. */
  const lacksOrg = computed(() => asked.value?.orgs?.length === 0)

  return { asked, orgId, lacksOrg, isBusy, isLeaving, problem, load, decide }
}
