# entropy: how spread the maps are, above the loss, over the epochs of toy.
#
# Everything is in this file. Draw it with
#   gnuplot entropy.gp                          # entropy.pdf
#   gnuplot -e "fovea_format='png'" entropy.gp  # or 'svg'

# The format, and the page's size. Text sizes are in points, a line width of 1 is one point.
if (!exists('fovea_format')) fovea_format = 'pdf'
reset
set encoding utf8
if (fovea_format eq 'pdf') {
  set terminal pdfcairo size 3.25in,2.82in font 'Nimbus Sans,8' fontscale 0.75 linewidth 2 pointscale 0.3 background rgb '#ffffff' noenhanced
}
if (fovea_format eq 'png') {
  set terminal pngcairo size 975,846 font 'Nimbus Sans,8' fontscale 3.125 linewidth 4.167 dashlength 1.4 pointscale 1.25 background rgb '#ffffff' noenhanced
}
if (fovea_format eq 'svg') {
  set terminal svg size 312,271 font 'Nimbus Sans,8' fontscale 1.3333 linewidth 1.333 dashlength 0.55 background rgb '#ffffff' noenhanced
}
# Markers are larger in SVG, which knows no scale for them.
marker(size) = fovea_format eq 'svg' ? 0.4 * size : size
set output 'entropy.'.fovea_format

# The look: thin axes, small ticks outside, no legend.
set minussign
set decimalsign '.'
set datafile separator whitespace
set datafile commentschars '#'
unset key
set border linewidth 0.5 linecolor rgb '#000000'
set tics out nomirror scale 0.5 font 'Nimbus Sans,7' textcolor rgb '#000000'

# attention: epoch, mean, lower and upper end of the interval.
$entropy_line_1 << FOVEA_END
0 1 0.95 1
1 0.889 0.839 0.9390000000000001
2 0.59 0.5399999999999999 0.64
4 0 0 0.05
FOVEA_END

# gradient × input: epoch, mean, lower and upper end of the interval.
$entropy_line_2 << FOVEA_END
0 1 0.95 1
1 0.95 0.8999999999999999 1
2 0.792 0.742 0.8420000000000001
4 0.431 0.381 0.481
FOVEA_END

# saliency: epoch, mean, lower and upper end of the interval.
$entropy_line_3 << FOVEA_END
0 1 0.95 1
1 0.95 0.8999999999999999 1
2 0.792 0.742 0.8420000000000001
4 0.431 0.381 0.481
FOVEA_END

# validation: epoch, mean, lower and upper end of the interval.
$loss_line_1 << FOVEA_END
0 9 9 9
1 4 4 4
2 2 2 2
4 0.7 0.7 0.7
FOVEA_END

# training: epoch, mean, lower and upper end of the interval.
$loss_line_2 << FOVEA_END
0 NaN NaN NaN
1 3 3 3
2 2 2 2
4 0.5 0.5 0.5
FOVEA_END
set multiplot

# Normalised entropy: 1 is uniform, 0 is all on one position.
unset label; unset arrow; unset object
set lmargin at screen 0.1536; set rmargin at screen 0.7259; set bmargin at screen 0.4539; set tmargin at screen 0.9149
set border 3
unset logscale x
set xrange [0:4]
set xtics ('' 0, '' 1, '' 2, '' 3, '' 4)
unset logscale y
set yrange [0:1]
set ytics ('0' 0, '0.25' 0.25, '0.5' 0.5, '0.75' 0.75, '1' 1) out nomirror font 'Nimbus Sans,7' scale 0.5
set grid ytics back linetype 1 linewidth 0.5 linecolor rgb '#e6e6e6'
set label 1 'normalised entropy' at screen 0.0277,0.6844 center rotate by 90 front font 'Nimbus Sans,8' textcolor rgb '#000000'
set label 2 'n = 3; bands: 95 % CI of the mean' at screen 0.1536,0.9681 left front font 'Nimbus Sans,6.5' textcolor rgb '#666666'
# uniform
set arrow from graph 0, first 1 to graph 1, first 1 nohead back linewidth 0.6 dashtype (1.5,4) linecolor rgb '#666666'

# The names of the lines, at their right ends; moved apart where they would overlap.
set label 3 'attention' at screen 0.7475,0.4539 left front font 'Nimbus Sans,8' textcolor rgb '#0072b2'
set arrow from screen 0.7296,0.6526 to screen 0.7428,0.6246 nohead linewidth 0.4 linecolor rgb '#cc79a7'
set label 4 'saliency' at screen 0.7475,0.6246 left front font 'Nimbus Sans,8' textcolor rgb '#cc79a7'
set arrow from screen 0.7296,0.6526 to screen 0.7428,0.6806 nohead linewidth 0.4 linecolor rgb '#009e73'
set label 5 'gradient × input' at screen 0.7475,0.6806 left front font 'Nimbus Sans,8' textcolor rgb '#009e73'
set label 6 'uniform' at screen 0.7475,0.9149 left front font 'Nimbus Sans,7' textcolor rgb '#666666'

# The bands, then the lines.
set bars 0
plot $entropy_line_1 using 1:3:4 with filledcurves fillcolor rgb '#0072b2' fillstyle transparent solid 0.18 noborder title 'attention: 95 % CI', \
     $entropy_line_2 using 1:3:4 with filledcurves fillcolor rgb '#009e73' fillstyle transparent solid 0.18 noborder title 'gradient × input: 95 % CI', \
     $entropy_line_1 using 1:2 with linespoints pointtype 7 pointsize marker(1.2) linewidth 1.2 dashtype solid linecolor rgb '#0072b2' title 'attention', \
     $entropy_line_2 using 1:2 with linespoints pointtype 5 pointsize marker(1.2) linewidth 1.2 dashtype (7,3.5) linecolor rgb '#009e73' title 'gradient × input', \
     $entropy_line_3 using 1:2 with linespoints pointtype 13 pointsize marker(1.2) linewidth 0.9 dashtype (2,2.5) linecolor rgb '#cc79a7' title 'saliency'

# The loss.
unset label; unset arrow; unset object
set lmargin at screen 0.1536; set rmargin at screen 0.7259; set bmargin at screen 0.1312; set tmargin at screen 0.3972
set border 3
unset logscale x
set xrange [0:4]
set xtics ('0' 0, '1' 1, '2' 2, '3' 3, '4' 4)
set logscale y
set yrange [0.445409:10.103071]
set ytics ('1' 1, '3' 3, '10' 10) out nomirror font 'Nimbus Sans,7' scale 0.5
set grid ytics back linetype 1 linewidth 0.5 linecolor rgb '#e6e6e6'
set label 1 'epoch' at screen 0.4398,0.0319 center front font 'Nimbus Sans,8' textcolor rgb '#000000'
set label 2 'loss' at screen 0.0277,0.2642 center rotate by 90 front font 'Nimbus Sans,8' textcolor rgb '#000000'

# The names of the lines, at their right ends; moved apart where they would overlap.
set label 3 'training' at screen 0.7475,0.1274 left front font 'Nimbus Sans,8' textcolor rgb '#666666'
set label 4 'validation' at screen 0.7475,0.1834 left front font 'Nimbus Sans,8' textcolor rgb '#000000'

# The bands, then the lines.
set bars 0
plot $loss_line_1 using 1:2 with linespoints pointtype 7 pointsize marker(1.2) linewidth 1.2 dashtype solid linecolor rgb '#000000' title 'validation', \
     $loss_line_2 using 1:2 with linespoints pointtype 7 pointsize marker(1.2) linewidth 0.9 dashtype (7,3.5) linecolor rgb '#666666' title 'training'
unset multiplot
# Closes the file.
set output
