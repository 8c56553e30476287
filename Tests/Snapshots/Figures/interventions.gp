# interventions: mse with other attention, over the epochs of toy.
#
# Everything is in this file. Draw it with
#   gnuplot interventions.gp                          # interventions.pdf
#   gnuplot -e "fovea_format='png'" interventions.gp  # or 'svg'

# The format, and the page's size. Text sizes are in points, a line width of 1 is one point.
if (!exists('fovea_format')) fovea_format = 'pdf'
reset
set encoding utf8
if (fovea_format eq 'pdf') {
  set terminal pdfcairo size 3.25in,2.35in font 'Nimbus Sans,8' fontscale 0.75 linewidth 2 pointscale 0.3 background rgb '#ffffff' noenhanced
}
if (fovea_format eq 'png') {
  set terminal pngcairo size 975,705 font 'Nimbus Sans,8' fontscale 3.125 linewidth 4.167 dashlength 1.4 pointscale 1.25 background rgb '#ffffff' noenhanced
}
if (fovea_format eq 'svg') {
  set terminal svg size 312,226 font 'Nimbus Sans,8' fontscale 1.3333 linewidth 1.333 dashlength 0.55 background rgb '#ffffff' noenhanced
}
# Markers are larger in SVG, which knows no scale for them.
marker(size) = fovea_format eq 'svg' ? 0.4 * size : size
set output 'interventions.'.fovea_format

# The look: thin axes, small ticks outside, no legend.
set minussign
set decimalsign '.'
set datafile separator whitespace
set datafile commentschars '#'
unset key
set border linewidth 0.5 linecolor rgb '#000000'
set tics out nomirror scale 0.5 font 'Nimbus Sans,7' textcolor rgb '#000000'

# uniform: epoch, mean, lower and upper end of the interval.
$line_1 << FOVEA_END
0 4 3.2 5
1 1.375 1.1 1.71875
2 1.3214 1.05712 1.6517499999999998
4 1.525 1.22 1.90625
FOVEA_END

# shuffled: epoch, mean, lower and upper end of the interval.
$line_2 << FOVEA_END
0 4 3.2 5
1 1.75 1.4000000000000001 2.1875
2 2.0714 1.6571200000000001 2.5892500000000003
4 2.65 2.12 3.3125
FOVEA_END

# uniform over before: epoch, mean, lower and upper end of the interval.
$line_3 << FOVEA_END
0 4 3.2 5
1 1.1 0.8800000000000001 1.375
2 0.7714 0.61712 0.9642499999999999
4 0.7 0.5599999999999999 0.875
FOVEA_END

# its own attention: epoch, mean, lower and upper end of the interval.
$line_4 << FOVEA_END
0 4 4 4
1 1 1 1
2 0.5714285714285714 0.5714285714285714 0.5714285714285714
4 0.4 0.4 0.4
FOVEA_END

# The axes.
set lmargin at screen 0.112; set rmargin at screen 0.6667; set bmargin at screen 0.1574; set tmargin at screen 0.8979
set border 3
unset logscale x
set xrange [0:4]
set xtics ('0' 0, '1' 1, '2' 2, '3' 3, '4' 4)
set logscale y
set yrange [0.357143:4.48]
set ytics ('1' 1, '3' 3) out nomirror font 'Nimbus Sans,7' scale 0.5
set grid ytics back linetype 1 linewidth 0.5 linecolor rgb '#e6e6e6'
set label 1 'epoch' at screen 0.3893,0.0383 center front font 'Nimbus Sans,8' textcolor rgb '#000000'
set label 2 'mse with other attention' at screen 0.0277,0.5277 center rotate by 90 front font 'Nimbus Sans,8' textcolor rgb '#000000'
set label 3 'n = 3; bands: 95 % CI' at screen 0.112,0.9617 left front font 'Nimbus Sans,6.5' textcolor rgb '#666666'

# The names of the lines, at their right ends; moved apart where they would overlap.
set label 4 'its own attention' at screen 0.6882,0.1906 left front font 'Nimbus Sans,8' textcolor rgb '#000000'
set label 5 'uniform over before' at screen 0.6882,0.3544 left front font 'Nimbus Sans,8' textcolor rgb '#009e73'
set label 6 'uniform' at screen 0.6882,0.5824 left front font 'Nimbus Sans,8' textcolor rgb '#0072b2'
set label 7 'shuffled' at screen 0.6882,0.7442 left front font 'Nimbus Sans,8' textcolor rgb '#d55e00'

# The bands, then the lines.
set bars 0
plot $line_1 using 1:($3 > 0.357143 ? $3 : 0.357143):4 with filledcurves fillcolor rgb '#0072b2' fillstyle transparent solid 0.18 noborder title 'uniform: 95 % CI', \
     $line_2 using 1:($3 > 0.357143 ? $3 : 0.357143):4 with filledcurves fillcolor rgb '#d55e00' fillstyle transparent solid 0.18 noborder title 'shuffled: 95 % CI', \
     $line_3 using 1:($3 > 0.357143 ? $3 : 0.357143):4 with filledcurves fillcolor rgb '#009e73' fillstyle transparent solid 0.18 noborder title 'uniform over before: 95 % CI', \
     $line_1 using 1:2 with linespoints pointtype 7 pointsize marker(1.2) linewidth 1.2 dashtype solid linecolor rgb '#0072b2' title 'uniform', \
     $line_2 using 1:2 with linespoints pointtype 9 pointsize marker(1.2) linewidth 1.2 dashtype (10,3,2,3) linecolor rgb '#d55e00' title 'shuffled', \
     $line_3 using 1:2 with linespoints pointtype 5 pointsize marker(1.2) linewidth 1.2 dashtype (7,3.5) linecolor rgb '#009e73' title 'uniform over before', \
     $line_4 using 1:2 with linespoints pointtype 7 pointsize marker(1.2) linewidth 1.2 dashtype solid linecolor rgb '#000000' title 'its own attention'
# Closes the file.
set output
