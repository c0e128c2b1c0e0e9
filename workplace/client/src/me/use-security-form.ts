import { useRouter } from 'vue-router'
import { showSuccessToast } from 'vant'
import { useSession } from '@/account/session.ts'
import { useAct } from '@/api/use-act.ts'

/** Looks at what is missing, saves, says so, and goes back to the settings. */
export function useSecurityForm(form: {
  readonly missing: () => string
  readonly save: () => Promise<unknown>
  readonly savedText: () => string
}) {
  const router = useRouter()
  const session = useSession()
  const { isBusy, problem, run } = useAct()

  async function save() {
    await form.save()
    await session.refresh()
  }

  async function submit() {
    problem.value = form.missing()
    if (problem.value || !(await run(save))) return
    showSuccessToast(form.savedText())
    await router.replace({ name: 'security' })
  }

  return { isBusy, problem, submit }
}
