import { computed } from 'vue'
import { useChartTokens } from '../kit/charts/use-chart-tokens.ts'
import type { DrawnBar } from './use-bar-chart.ts'

/** Shares of a whole as a ring, for questions with one answer each. */
export function useShareChart(parts: () => readonly DrawnBar[]) {
  const tokens = useChartTokens()
  return computed(() => {
    const { line, surface, strong } = tokens.value
    return {
      tooltip: {
        trigger: 'item',
        backgroundColor: surface,
        borderColor: line,
        textStyle: { color: strong },
        confine: true,
      },
      series: [
        {
          type: 'pie',
          radius: ['62%', '92%'],
          label: { show: false },
          itemStyle: { borderColor: surface, borderWidth: 2 },
          data: parts().map(({ label, count, colour, isFaint }) => ({
            name: label,
            value: count,
            itemStyle: { color: colour, opacity: isFaint ? 0.35 : 1 },
          })),
        },
      ],
    }
  })
}
