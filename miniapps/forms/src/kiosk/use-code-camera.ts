import { onScopeDispose, type Ref } from 'vue'
import { decode } from './decoder.ts'
import { useCamera } from './use-camera.ts'

const pauseMs = 200

/** Shows the camera and reports the first code it sees. */
export function useCodeCamera(video: Readonly<Ref<HTMLVideoElement | null>>, onCode: (text: string) => void) {
  const { state, start, stop } = useCamera(video)
  let timer: ReturnType<typeof setTimeout> | undefined
  let isOver = false

  function end(): void {
    isOver = true
    clearTimeout(timer)
    stop()
  }
  async function look(): Promise<void> {
    if (isOver || !video.value) return
    const text = await decode(video.value).catch(() => undefined)
    if (isOver) return
    if (text === undefined) timer = setTimeout(() => void look(), pauseMs)
    else {
      end()
      onCode(text)
    }
  }
  onScopeDispose(end)
  return {
    state,
    async start() {
      await start()
      if (state.value === 'on') await look()
    },
  }
}
