import { useI18n } from 'vue-i18n'
import { useRouter } from 'vue-router'
import { createGroup, groupLimit } from '@kangbao/workplace/contracts/groups.ts'
import { openDirect } from '@kangbao/workplace/contracts/messages.ts'
import { useSession } from '@/account/session.ts'
import { call } from '@/api/client.ts'
import { useAct } from '@/api/use-act.ts'
import { usePeoplePicker } from '@/contacts/people-picker.ts'

/** Chooses people of the org for a chat; nobody: it was thought better of. */
export function useChoosePeople() {
  const { t } = useI18n()
  const picker = usePeoplePicker()
  const session = useSession()

  return async (orgId: string, inAlready: readonly string[] = []): Promise<string[]> => {
    const self = session.orgById(orgId)?.userid ?? ''
    const choice = await picker.pick(orgId, {
      title: t('groups.choose'),
      multiple: true,
      limit: Math.max(1, groupLimit - Math.max(1, inAlready.length)),
      allowUsers: true,
      allowDepartments: false,
      pickedUsers: [],
      pickedDepartments: [],
      disabledUsers: [self, ...inAlready],
      requiredUsers: [],
    })
    return choice?.users.map(({ emplId }) => emplId) ?? []
  }
}

/** Begins a chat: with one person it is one to one, with several a group. */
export function useStartChat() {
  const router = useRouter()
  const choose = useChoosePeople()
  const act = useAct()

  async function start(orgId: string, together: readonly string[] = []) {
    const chosen = await choose(orgId, together)
    const userids = [...together, ...chosen]
    const [one] = userids
    if (chosen.length === 0 || one === undefined) return
    await act.run(async () => {
      const { id } =
        userids.length === 1
          ? await call(openDirect, { params: { orgId }, body: { userid: one } })
          : await call(createGroup, { params: { orgId }, body: { userids } })
      await router.push({ name: 'conversation', params: { orgId, conversationId: id } })
    })
  }

  return { start, isBusy: act.isBusy, problem: act.problem }
}
