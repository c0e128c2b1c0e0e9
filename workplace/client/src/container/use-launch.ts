import { onScopeDispose, shallowRef, watch } from 'vue'
import { launchApp, type Launch } from '@kangbao/workplace/contracts/container.ts'
import { call } from '@/api/client.ts'
import { useLayout } from '@/layout/use-layout.ts'
import { useWorkbench } from '@/workbench/use-workbench.ts'
import type { OpenFrame } from './frames.ts'

/**
 * Asks the workplace to open an app, and again when the workbench no longer shows it: an app that was stopped, removed or
 * taken from the person while it is open is closed over with the reason.
 */
export function useLaunch(frame: OpenFrame, onLaunched: (launch: Launch) => void) {
  const { isWide } = useLayout()
  const launch = shallowRef<Launch>()
  const error = shallowRef<unknown>()
  const workbench = useWorkbench(() => frame.orgId)

  const ask = () =>
    call(launchApp, {
      params: { orgId: frame.orgId, agentId: frame.agentId },
      body: { ...(frame.url && { url: frame.url }), pc: isWide.value },
    })

  async function open() {
    error.value = undefined
    try {
      const launched = await ask()
      launch.value = launched
      onLaunched(launched)
    } catch (e) {
      error.value = e
    }
  }

  /** The list may be older than the app; whether it is really gone, a launch says. */
  async function recheck() {
    await ask().catch((e: unknown) => {
      error.value = e
    })
  }
  watch(workbench.data, (apps) => {
    const isListed = apps?.some(({ agentId }) => agentId === frame.agentId) ?? true
    if (launch.value && !error.value && !isListed) void recheck()
  })

  // Whoever waits for the network need not tap as well.
  const again = () => {
    if (error.value && !launch.value) void open()
  }
  addEventListener('online', again)
  onScopeDispose(() => removeEventListener('online', again))

  return { launch, error, open }
}
