import { computed } from 'vue'
import { useChartTokens } from '../kit/charts/use-chart-tokens.ts'

export interface DrawnBar {
  readonly label: string
  readonly count: number
  readonly colour: string
  /** Another of its question is chosen. */
  readonly isFaint?: boolean
}

/** Upright bars in the order given, as a histogram of bands or of days. */
export function useBarChart(bars: () => readonly DrawnBar[]) {
  const tokens = useChartTokens()
  return computed(() => {
    const { line, faint, surface, strong, text } = tokens.value
    return {
      grid: { left: 4, right: 4, top: 24, bottom: 4, containLabel: true },
      tooltip: {
        trigger: 'item',
        backgroundColor: surface,
        borderColor: line,
        textStyle: { color: strong },
        confine: true,
      },
      xAxis: {
        type: 'category',
        data: bars().map(({ label }) => label),
        axisLabel: { color: faint, hideOverlap: true },
        axisLine: { lineStyle: { color: line } },
        axisTick: { show: false },
      },
      yAxis: {
        type: 'value',
        minInterval: 1,
        splitLine: { lineStyle: { color: line } },
        axisLabel: { color: faint },
      },
      series: [
        {
          type: 'bar',
          barMaxWidth: 36,
          label: { show: bars().length <= 12, position: 'top', color: text },
          data: bars().map(({ label, count, colour, isFaint }) => ({
            name: label,
            value: count,
            itemStyle: { color: colour, opacity: isFaint ? 0.35 : 1, borderRadius: [3, 3, 0, 0] },
          })),
        },
      ],
    }
  })
}
