import { defineAsyncComponent } from 'vue'
import LoadingLines from '../LoadingLines.vue'

/** The chart library weighs more than the rest of the console: it comes when a chart is looked at. */
export const LazyChart = defineAsyncComponent({
  loader: () => import('./ChartCanvas.vue'),
  loadingComponent: LoadingLines,
})
