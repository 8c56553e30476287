# faithfulness: tests of attention and attributions, for toy.
#
# Everything is in this file. Draw it with
#   gnuplot faithfulness.gp                          # faithfulness.pdf
#   gnuplot -e "fovea_format='png'" faithfulness.gp  # or 'svg'

# The format, and the page's size. Text sizes are in points, a line width of 1 is one point.
if (!exists('fovea_format')) fovea_format = 'pdf'
reset
set encoding utf8
if (fovea_format eq 'pdf') {
  set terminal pdfcairo size 3.25in,2.965in font 'Nimbus Sans,8' fontscale 0.75 linewidth 2 pointscale 0.3 background rgb '#ffffff' noenhanced
}
if (fovea_format eq 'png') {
  set terminal pngcairo size 975,890 font 'Nimbus Sans,8' fontscale 3.125 linewidth 4.167 dashlength 1.4 pointscale 1.25 background rgb '#ffffff' noenhanced
}
if (fovea_format eq 'svg') {
  set terminal svg size 312,285 font 'Nimbus Sans,8' fontscale 1.3333 linewidth 1.333 dashlength 0.55 background rgb '#ffffff' noenhanced
}
# Markers are larger in SVG, which knows no scale for them.
marker(size) = fovea_format eq 'svg' ? 0.4 * size : size
set output 'faithfulness.'.fovea_format

# The look: thin axes, small ticks outside, no legend.
set minussign
set decimalsign '.'
set datafile separator whitespace
set datafile commentschars '#'
unset key
set border linewidth 0.5 linecolor rgb '#000000'
set tics out nomirror scale 0.5 font 'Nimbus Sans,7' textcolor rgb '#000000'

# comprehensiveness, change of the output; higher is more faithful: row, mean, lower and upper end of the interval.
$test_1 << FOVEA_END
0 0.2 0.16000000000000003 0.25
1 0.4 0.32000000000000006 0.5
2 0.6 0.48 0.75
FOVEA_END

# sufficiency, change of the output; higher is more faithful: row, mean, lower and upper end of the interval.
$test_2 << FOVEA_END
0 0.2 0.16000000000000003 0.25
1 0.4 0.32000000000000006 0.5
2 0.6 0.48 0.75
FOVEA_END

# permutation output change, median change when the weights are shuffled: row, mean, lower and upper end of the interval.
$test_3 << FOVEA_END
0 0.16 0.128 0.2
FOVEA_END
set multiplot

# comprehensiveness.
unset label; unset arrow; unset object
set lmargin at screen 0.2721; set rmargin at screen 0.9631; set bmargin at screen 0.661; set tmargin at screen 0.8179
set border 1
set xrange [0:0.78]; set yrange [2.6:-0.6]
set xtics ('0' 0, '0.2' 0.2, '0.4' 0.4, '0.6' 0.6) out nomirror font 'Nimbus Sans,7' scale 0.4 offset 0,0.4
unset ytics
set label 1 'comprehensiveness' at screen 0.0369,0.8853 left front font 'Nimbus Sans,8' textcolor rgb '#000000'
set label 2 'change of the output; higher is more faithful' at screen 0.0369,0.8449 left front font 'Nimbus Sans,6.5' textcolor rgb '#666666'
set label 3 'epoch 4; n = 3; bars: 95 % CI of the mean' at screen 0.0369,0.973 left front font 'Nimbus Sans,6.5' textcolor rgb '#666666'
set label 4 'attention' at screen 0.2475,0.7885 right front font 'Nimbus Sans,7' textcolor rgb '#000000'
set arrow from graph 0, first 0 to graph 1, first 0 nohead back linewidth 0.4 linecolor rgb '#e6e6e6'
set label 5 'gradient × input' at screen 0.2475,0.7395 right front font 'Nimbus Sans,7' textcolor rgb '#000000'
set arrow from graph 0, first 1 to graph 1, first 1 nohead back linewidth 0.4 linecolor rgb '#e6e6e6'
set label 6 'saliency' at screen 0.2475,0.6905 right front font 'Nimbus Sans,7' textcolor rgb '#000000'
set arrow from graph 0, first 2 to graph 1, first 2 nohead back linewidth 0.4 linecolor rgb '#e6e6e6'
set bars 0
plot $test_1 every ::0::0 using 2:1:3:4 with xerrorbars linewidth 1.1 pointtype 7 pointsize marker(1.3) linecolor rgb '#0072b2' title 'comprehensiveness, attention', \
     $test_1 every ::1::1 using 2:1:3:4 with xerrorbars linewidth 1.1 pointtype 5 pointsize marker(1.3) linecolor rgb '#009e73' title 'comprehensiveness, gradient × input', \
     $test_1 every ::2::2 using 2:1:3:4 with xerrorbars linewidth 1.1 pointtype 13 pointsize marker(1.3) linecolor rgb '#cc79a7' title 'comprehensiveness, saliency'

# sufficiency.
unset label; unset arrow; unset object
set lmargin at screen 0.2721; set rmargin at screen 0.9631; set bmargin at screen 0.3153; set tmargin at screen 0.4722
set border 1
set xrange [0:0.78]; set yrange [2.6:-0.6]
set xtics ('0' 0, '0.2' 0.2, '0.4' 0.4, '0.6' 0.6) out nomirror font 'Nimbus Sans,7' scale 0.4 offset 0,0.4
unset ytics
set label 1 'sufficiency' at screen 0.0369,0.5396 left front font 'Nimbus Sans,8' textcolor rgb '#000000'
set label 2 'change of the output; higher is more faithful' at screen 0.0369,0.4992 left front font 'Nimbus Sans,6.5' textcolor rgb '#666666'
set label 3 'attention' at screen 0.2475,0.4428 right front font 'Nimbus Sans,7' textcolor rgb '#000000'
set arrow from graph 0, first 0 to graph 1, first 0 nohead back linewidth 0.4 linecolor rgb '#e6e6e6'
set label 4 'gradient × input' at screen 0.2475,0.3938 right front font 'Nimbus Sans,7' textcolor rgb '#000000'
set arrow from graph 0, first 1 to graph 1, first 1 nohead back linewidth 0.4 linecolor rgb '#e6e6e6'
set label 5 'saliency' at screen 0.2475,0.3448 right front font 'Nimbus Sans,7' textcolor rgb '#000000'
set arrow from graph 0, first 2 to graph 1, first 2 nohead back linewidth 0.4 linecolor rgb '#e6e6e6'
set bars 0
plot $test_2 every ::0::0 using 2:1:3:4 with xerrorbars linewidth 1.1 pointtype 7 pointsize marker(1.3) linecolor rgb '#0072b2' title 'sufficiency, attention', \
     $test_2 every ::1::1 using 2:1:3:4 with xerrorbars linewidth 1.1 pointtype 5 pointsize marker(1.3) linecolor rgb '#009e73' title 'sufficiency, gradient × input', \
     $test_2 every ::2::2 using 2:1:3:4 with xerrorbars linewidth 1.1 pointtype 13 pointsize marker(1.3) linecolor rgb '#cc79a7' title 'sufficiency, saliency'

# permutation output change.
unset label; unset arrow; unset object
set lmargin at screen 0.2721; set rmargin at screen 0.9631; set bmargin at screen 0.0742; set tmargin at screen 0.1265
set border 1
set xrange [0:0.208]; set yrange [0.6:-0.6]
set xtics ('0' 0, '0.05' 0.05, '0.1' 0.1, '0.15' 0.15, '0.2' 0.2) out nomirror font 'Nimbus Sans,7' scale 0.4 offset 0,0.4
unset ytics
set label 1 'permutation output change' at screen 0.0369,0.1939 left front font 'Nimbus Sans,8' textcolor rgb '#000000'
set label 2 'median change when the weights are shuffled' at screen 0.0369,0.1535 left front font 'Nimbus Sans,6.5' textcolor rgb '#666666'
set label 3 'model' at screen 0.2475,0.1003 right front font 'Nimbus Sans,7' textcolor rgb '#000000'
set arrow from graph 0, first 0 to graph 1, first 0 nohead back linewidth 0.4 linecolor rgb '#e6e6e6'
set bars 0
plot $test_3 every ::0::0 using 2:1:3:4 with xerrorbars linewidth 1.1 pointtype 7 pointsize marker(1.3) linecolor rgb '#000000' title 'permutation output change, model'
unset multiplot
# Closes the file.
set output
