import type { InjectionKey, Ref } from 'vue'

/** Addresses of all pictures of the open chat, oldest first: the viewer goes from one to the next. */
export const galleryKey: InjectionKey<Readonly<Ref<readonly string[]>>> = Symbol('gallery')
