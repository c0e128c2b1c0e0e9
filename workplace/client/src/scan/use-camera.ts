import { onScopeDispose, ref, type Ref } from 'vue'
import { decode } from './decoder.ts'

const pauseMs = 200

export type CameraState = 'off' | 'starting' | 'on' | 'denied' | 'missing'

/** Browsers give the camera to secure pages only: over plain http on the network there is none. */
const hasCamera = () => window.isSecureContext && 'mediaDevices' in navigator

/** Shows the rear camera in a video element and reports the first code it sees. */
export function useCamera(video: Readonly<Ref<HTMLVideoElement | null>>, onCode: (text: string) => void) {
  const state = ref<CameraState>('off')
  let stream: MediaStream | undefined
  let timer: ReturnType<typeof setTimeout> | undefined

  function stop() {
    clearTimeout(timer)
    for (const track of stream?.getTracks() ?? []) track.stop()
    stream = undefined
    state.value = 'off'
  }

  async function look() {
    if (state.value !== 'on' || !video.value) return
    const text = await decode(video.value).catch(() => undefined)
    if (text === undefined) timer = setTimeout(() => void look(), pauseMs)
    else {
      stop()
      onCode(text)
    }
  }

  async function start() {
    if (!hasCamera()) {
      state.value = 'missing'
      return
    }
    state.value = 'starting'
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } })
      if (!video.value) return stop()
      video.value.srcObject = stream
      await video.value.play()
      state.value = 'on'
      await look()
    } catch (error) {
      const isDenied = error instanceof DOMException && error.name === 'NotAllowedError'
      state.value = isDenied ? 'denied' : 'missing'
    }
  }

  onScopeDispose(stop)
  return { state, start, stop }
}
