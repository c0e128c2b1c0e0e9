import { ref, shallowRef, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { moveMembers, removeMembers, type Outcomes } from '@kangbao/workplace/contracts/directory.ts'
import { call } from '@/api/client.ts'
import { usePeoplePicker } from '@/contacts/people-picker.ts'
import { useAdminAct } from '../use-admin-act.ts'

/** As many as one request takes. */
const atOnce = 100

export interface Refusal {
  readonly name: string
  readonly text: { readonly zh: string; readonly en: string }
}

/** Moves or removes everybody who is ticked, some at a time, and keeps who was refused and why. */
export function useBatch(orgId: () => string, ticked: Ref<ReadonlyMap<string, string>>) {
  const { t } = useI18n()
  const picker = usePeoplePicker()
  const act = useAdminAct(['members', 'member', 'departments', 'org'])
  const refused = shallowRef<readonly Refusal[]>([])
  const done = ref(0)

  async function each(send: (userids: string[]) => Promise<Outcomes>) {
    const names = ticked.value
    const userids = [...names.keys()]
    refused.value = []
    done.value = 0
    await act.run(async () => {
      for (let start = 0; start < userids.length; start += atOnce) {
        const { items } = await send(userids.slice(start, start + atOnce))
        const left = items.flatMap(({ userid, problem }) =>
          problem ? [{ name: names.get(userid) ?? userid, text: problem }] : [],
        )
        refused.value = [...refused.value, ...left]
        done.value += items.length - left.length
      }
    })
    ticked.value = new Map()
  }

  async function move() {
    const choice = await picker.pick(orgId(), {
      title: t('admin.moveTo'),
      multiple: false,
      limit: 1,
      allowUsers: false,
      allowDepartments: true,
      pickedUsers: [],
      pickedDepartments: [],
      disabledUsers: [],
      requiredUsers: [],
    })
    const [to] = choice?.departments ?? []
    if (!to) return
    await each((userids) =>
      call(moveMembers, { params: { orgId: orgId() }, body: { userids, deptId: to.id } }),
    )
  }

  async function remove() {
    const question = t('admin.removeSeveralAsk', { count: ticked.value.size })
    if (!(await act.confirm(t('admin.removeMember'), question))) return
    await each((userids) => call(removeMembers, { params: { orgId: orgId() }, body: { userids } }))
  }

  const forget = () => {
    refused.value = []
  }
  return { act, refused, done, move, remove, forget }
}
