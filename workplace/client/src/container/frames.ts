import { defineStore } from 'pinia'
import { computed, ref } from 'vue'

export interface OpenFrame {
  readonly id: string
  readonly orgId: string
  readonly agentId: number
  /** Page asked for by a message or a scan; undefined opens the home page. */
  readonly url: string | undefined
  /** Grows when the same app is opened at another page: the frame then loads anew. */
  readonly visit: number
}

export interface AppFace {
  readonly title: string
  readonly icon: string
}

/** Frames beyond this are closed, the longest unused first; each keeps a whole page in memory. */
const mostFrames = 5

const frameId = (orgId: string, agentId: number) => `${orgId}/${String(agentId)}`

/**
 * Apps that stay open while other screens are shown. Frames are only appended or removed, never
 * reordered: moving an iframe in the document reloads it.
 */
export const useFrames = defineStore('frames', () => {
  const frames = ref<OpenFrame[]>([])
  const activeId = ref('')
  /** What tabs and the switcher show of an app, known once it was launched. */
  const faces = ref<Record<string, AppFace>>({})
  const used = ref<string[]>([])

  function open(orgId: string, agentId: number, url: string | undefined) {
    const id = frameId(orgId, agentId)
    const existing = frames.value.find((frame) => frame.id === id)
    if (!existing) frames.value.push({ id, orgId, agentId, url, visit: 1 })
    else if (url !== undefined && url !== existing.url) {
      frames.value = frames.value.map((frame) =>
        frame.id === id ? { ...frame, url, visit: frame.visit + 1 } : frame,
      )
    }
    used.value = [...used.value.filter((item) => item !== id), id]
    if (frames.value.length > mostFrames && used.value[0]) close(used.value[0])
    activeId.value = id
  }

  function show(id: string, face: AppFace) {
    faces.value = { ...faces.value, [id]: face }
  }

  /** Open apps, the one used last first: what people expect of a switcher. */
  const recent = computed(() =>
    [...used.value].reverse().flatMap((id) => frames.value.filter((frame) => frame.id === id)),
  )

  function close(id: string) {
    frames.value = frames.value.filter((frame) => frame.id !== id)
    used.value = used.value.filter((item) => item !== id)
    faces.value = Object.fromEntries(Object.entries(faces.value).filter(([item]) => item !== id))
    if (activeId.value === id) activeId.value = ''
  }

  function closeAll() {
    frames.value = []
    used.value = []
    faces.value = {}
    activeId.value = ''
  }

  const isOpen = computed(
    () => (orgId: string, agentId: number) => frames.value.some(({ id }) => id === frameId(orgId, agentId)),
  )

  return { frames, activeId, faces, recent, open, show, close, closeAll, isOpen }
})
