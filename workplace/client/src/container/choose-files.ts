/** Opens the system's file dialogue, or its camera where there is one; resolves empty when it is dismissed. */
export function chooseImages({
  multiple = false,
  fromCamera = false,
}: {
  multiple?: boolean
  fromCamera?: boolean
}): Promise<File[]> {
  return new Promise((resolve) => {
    const input = document.createElement('input')
    input.type = 'file'
    input.accept = 'image/*'
    input.multiple = multiple
    if (fromCamera) input.setAttribute('capture', 'environment')
    input.addEventListener('change', () => resolve([...(input.files ?? [])]))
    input.addEventListener('cancel', () => resolve([]))
    input.click()
  })
}
