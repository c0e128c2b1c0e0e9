import { onScopeDispose, ref, type Ref } from 'vue'
import { decode } from './decoder.ts'

const pauseMs = 200

export type CameraState = 'starting' | 'on' | 'denied' | 'missing'

/** Shows the camera on the side of the screen in a video element and reports the first code it sees. */
export function useCamera(video: Readonly<Ref<HTMLVideoElement | null>>, onCode: (text: string) => void) {
  const state = ref<CameraState>('starting')
  let stream: MediaStream | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let isOver = false

  function stop(): void {
    isOver = true
    clearTimeout(timer)
    for (const track of stream?.getTracks() ?? []) track.stop()
  }
  async function look(): Promise<void> {
    if (isOver || !video.value) return
    const text = await decode(video.value).catch(() => undefined)
    if (isOver) return
    if (text === undefined) timer = setTimeout(() => void look(), pauseMs)
    else {
      stop()
      onCode(text)
    }
  }
  async function start(): Promise<void> {
    // Browsers give the camera to secure pages only.
    if (!window.isSecureContext || !('mediaDevices' in navigator)) return void (state.value = 'missing')
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'user' } })
      if (isOver || !video.value) return stop()
      video.value.srcObject = stream
      await video.value.play()
      state.value = 'on'
      await look()
    } catch (error) {
      const isDenied =
        error instanceof DOMException && ['NotAllowedError', 'SecurityError'].includes(error.name)
      state.value = isDenied ? 'denied' : 'missing'
    }
  }
  onScopeDispose(stop)
  return { state, start }
}
