# focus-evolution: the share of mass inside the hypotheses, over the epochs of toy.
#
# Everything is in this file. Draw it with
#   gnuplot focus-evolution.gp                          # focus-evolution.pdf
#   gnuplot -e "fovea_format='png'" focus-evolution.gp  # or 'svg'

# The format, and the page's size. Text sizes are in points, a line width of 1 is one point.
if (!exists('fovea_format')) fovea_format = 'pdf'
reset
set encoding utf8
if (fovea_format eq 'pdf') {
  set terminal pdfcairo size 3.25in,2.15in font 'Nimbus Sans,8' fontscale 0.75 linewidth 2 pointscale 0.3 background rgb '#ffffff' noenhanced
}
if (fovea_format eq 'png') {
  set terminal pngcairo size 975,645 font 'Nimbus Sans,8' fontscale 3.125 linewidth 4.167 dashlength 1.4 pointscale 1.25 background rgb '#ffffff' noenhanced
}
if (fovea_format eq 'svg') {
  set terminal svg size 312,206 font 'Nimbus Sans,8' fontscale 1.3333 linewidth 1.333 dashlength 0.55 background rgb '#ffffff' noenhanced
}
# Markers are larger in SVG, which knows no scale for them.
marker(size) = fovea_format eq 'svg' ? 0.4 * size : size
set output 'focus-evolution.'.fovea_format

# The look: thin axes, small ticks outside, no legend.
set minussign
set decimalsign '.'
set datafile separator whitespace
set datafile commentschars '#'
unset key
set border linewidth 0.5 linecolor rgb '#000000'
set tics out nomirror scale 0.5 font 'Nimbus Sans,7' textcolor rgb '#000000'

# attention, delimiter: epoch, mean, lower and upper end of the interval.
$line_1 << FOVEA_END
1 0.333 0.28300000000000003 0.383
2 0.467 0.41700000000000004 0.517
3 0.6 0.5499999999999999 0.65
5 0.733 0.6829999999999999 0.783
10 0.867 0.817 0.917
40 1 0.95 1
FOVEA_END
# Epoch 0 has no place on a logarithmic axis; it is drawn apart, at the left.
$start_1 << FOVEA_END
0.596638949303372 0.2 0.15000000000000002 0.25
FOVEA_END

# attention, before: epoch, mean, lower and upper end of the interval.
$line_2 << FOVEA_END
1 0.333 0.28300000000000003 0.383
2 0.267 0.21700000000000003 0.317
3 0.2 0.15000000000000002 0.25
5 0.133 0.083 0.183
10 0.067 0.017 0.117
40 0 0 0.05
FOVEA_END
# Epoch 0 has no place on a logarithmic axis; it is drawn apart, at the left.
$start_2 << FOVEA_END
0.596638949303372 0.4 0.35000000000000003 0.45
FOVEA_END

# gradient × input, before: epoch, mean, lower and upper end of the interval.
$line_3 << FOVEA_END
1 0.5 0.45 0.55
2 0.6 0.5499999999999999 0.65
3 0.7 0.6499999999999999 0.75
5 0.8 0.75 0.8500000000000001
10 0.9 0.85 0.9500000000000001
40 1 0.95 1
FOVEA_END
# Epoch 0 has no place on a logarithmic axis; it is drawn apart, at the left.
$start_3 << FOVEA_END
0.596638949303372 0.4 0.35000000000000003 0.45
FOVEA_END

# saliency, before: epoch, mean, lower and upper end of the interval.
$line_4 << FOVEA_END
1 0.5 0.45 0.55
2 0.6 0.5499999999999999 0.65
3 0.7 0.6499999999999999 0.75
5 0.8 0.75 0.8500000000000001
10 0.9 0.85 0.9500000000000001
40 1 0.95 1
FOVEA_END
# Epoch 0 has no place on a logarithmic axis; it is drawn apart, at the left.
$start_4 << FOVEA_END
0.596638949303372 0.4 0.35000000000000003 0.45
FOVEA_END

# The axes. Epochs are on a logarithmic scale.
set lmargin at screen 0.1354; set rmargin at screen 0.68; set bmargin at screen 0.1721; set tmargin at screen 0.8884
set border 3
set logscale x
set xrange [0.4961:40]
set xtics ('0' 0.5966, '1' 1, '3' 3, '10' 10, '40' 40, '' 1 1, '' 2 1, '' 3 1, '' 4 1, '' 5 1, '' 6 1, '' 7 1, '' 8 1, '' 9 1, '' 10 1, '' 20 1, '' 30 1, '' 40 1)
unset logscale y
set yrange [0:1]
set ytics ('0' 0, '0.25' 0.25, '0.5' 0.5, '0.75' 0.75, '1' 1) out nomirror font 'Nimbus Sans,7' scale 0.5
set grid ytics back linetype 1 linewidth 0.5 linecolor rgb '#e6e6e6'
set label 1 'epoch' at screen 0.4077,0.0419 center front font 'Nimbus Sans,8' textcolor rgb '#000000'
set label 2 'share of mass' at screen 0.0277,0.5302 center rotate by 90 front font 'Nimbus Sans,8' textcolor rgb '#000000'

# What the bands are.
set label 3 'n = 3; bands: 95 % CI of the mean' at screen 0.1354,0.9581 left front font 'Nimbus Sans,6.5' textcolor rgb '#666666'
# uniform, before
set arrow from graph 0, first 0.4 to graph 1, first 0.4 nohead back linewidth 0.6 dashtype (1.5,4) linecolor rgb '#666666'
# uniform, delimiter
set arrow from graph 0, first 0.2 to graph 1, first 0.2 nohead back linewidth 0.6 dashtype (1.5,4) linecolor rgb '#666666'

# The axis is broken between epoch 0 and the first on the logarithmic scale.
set arrow from graph 0.1064,0 to graph 0.1224,0 nohead front linewidth 2 linecolor rgb '#ffffff'
set arrow from graph 0.1014,-0.018 to graph 0.1114,0.018 nohead front linewidth 0.5 linecolor rgb '#000000'
set arrow from graph 0.1174,-0.018 to graph 0.1274,0.018 nohead front linewidth 0.5 linecolor rgb '#000000'

# The onset.
set arrow from 2, graph 0 to 2, graph 1 nohead back linewidth 0.6 dashtype (4,3) linecolor rgb '#666666'
set label 4 'onset: epoch 2' at screen 0.3176,0.8605 left front font 'Nimbus Sans,6.5' textcolor rgb '#666666'

# The names of the lines, at their right ends; moved apart where they would overlap.
set label 5 'attention, before' at screen 0.7015,0.1721 left front font 'Nimbus Sans,8' textcolor rgb '#d55e00'
set label 6 'uniform, delimiter' at screen 0.7015,0.3153 left front font 'Nimbus Sans,7' textcolor rgb '#666666'
set label 7 'uniform, before' at screen 0.7015,0.4586 left front font 'Nimbus Sans,7' textcolor rgb '#666666'
set arrow from screen 0.6837,0.8884 to screen 0.6969,0.699 nohead linewidth 0.4 linecolor rgb '#cc79a7'
set label 8 'saliency, before' at screen 0.7015,0.699 left front font 'Nimbus Sans,8' textcolor rgb '#cc79a7'
set arrow from screen 0.6837,0.8884 to screen 0.6969,0.8021 nohead linewidth 0.4 linecolor rgb '#009e73'
set label 9 'gradient × input,' at screen 0.7015,0.8318 left front font 'Nimbus Sans,8' textcolor rgb '#009e73'
set label 10 'before' at screen 0.7015,0.7724 left front font 'Nimbus Sans,8' textcolor rgb '#009e73'
set label 11 'attention, delimiter' at screen 0.7015,0.9052 left front font 'Nimbus Sans,8' textcolor rgb '#0072b2'

# The bands, then the lines.
set bars 0
plot $line_1 using 1:3:4 with filledcurves fillcolor rgb '#0072b2' fillstyle transparent solid 0.18 noborder title 'attention, delimiter: 95 % CI', \
     $line_2 using 1:3:4 with filledcurves fillcolor rgb '#d55e00' fillstyle transparent solid 0.18 noborder title 'attention, before: 95 % CI', \
     $line_3 using 1:3:4 with filledcurves fillcolor rgb '#009e73' fillstyle transparent solid 0.18 noborder title 'gradient × input, before: 95 % CI', \
     $line_1 using 1:2 with linespoints pointtype 7 pointsize marker(1.2) linewidth 1.2 dashtype solid linecolor rgb '#0072b2' title 'attention, delimiter', \
     $start_1 using 1:2:3:4 with yerrorbars linewidth 0.8 pointtype 7 pointsize marker(1.2) linecolor rgb '#0072b2' title 'attention, delimiter', \
     $line_2 using 1:2 with linespoints pointtype 9 pointsize marker(1.2) linewidth 1.2 dashtype (10,3,2,3) linecolor rgb '#d55e00' title 'attention, before', \
     $start_2 using 1:2:3:4 with yerrorbars linewidth 0.8 pointtype 9 pointsize marker(1.2) linecolor rgb '#d55e00' title 'attention, before', \
     $line_3 using 1:2 with linespoints pointtype 5 pointsize marker(1.2) linewidth 1.2 dashtype (7,3.5) linecolor rgb '#009e73' title 'gradient × input, before', \
     $start_3 using 1:2:3:4 with yerrorbars linewidth 0.8 pointtype 5 pointsize marker(1.2) linecolor rgb '#009e73' title 'gradient × input, before', \
     $line_4 using 1:2 with linespoints pointtype 13 pointsize marker(1.2) linewidth 0.9 dashtype (2,2.5) linecolor rgb '#cc79a7' title 'saliency, before', \
     $start_4 using 1:2:3:4 with yerrorbars linewidth 0.8 pointtype 13 pointsize marker(1.2) linecolor rgb '#cc79a7' title 'saliency, before'
# Closes the file.
set output
