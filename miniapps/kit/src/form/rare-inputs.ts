/** Where the inputs of rare fields come from: the list of all their files would weigh on every form. */
export const files = async () => (await import('./fields/FilesInput.vue')).default
export const place = async () => (await import('./fields/PlaceInput.vue')).default
export const longChoice = async () => (await import('./long-choice/LongChoiceInput.vue')).default
export const rating = async () => (await import('./fields/RatingInput.vue')).default
export const signature = async () => (await import('./fields/SignatureInput.vue')).default
export const rows = async () => (await import('./fields/RowsInput.vue')).default
