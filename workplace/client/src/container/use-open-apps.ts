import { useI18n } from 'vue-i18n'
import { useRouter } from 'vue-router'
import { useFrames, type OpenFrame } from './frames.ts'

/** What tabs and the switcher do with open apps. */
export function useOpenApps() {
  const { t } = useI18n()
  const router = useRouter()
  const frames = useFrames()

  const titleOf = ({ id }: OpenFrame) => frames.faces[id]?.title || t('container.app')

  const go = ({ orgId, agentId }: OpenFrame) =>
    router.replace({ name: 'app', params: { orgId, agentId: String(agentId) } })

  /** When the one in front goes, the one used before it comes, or the workbench. */
  async function close(frame: OpenFrame) {
    const isFront = frame.id === frames.activeId
    frames.close(frame.id)
    if (!isFront) return
    const next = frames.recent[0]
    await (next ? go(next) : router.replace({ name: 'workbench' }))
  }

  return { frames, titleOf, go, close }
}
