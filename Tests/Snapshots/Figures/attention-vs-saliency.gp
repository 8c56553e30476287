# attention-vs-saliency: attention beside what the output depends on, at epoch 4 of toy.
#
# Everything is in this file. Draw it with
#   gnuplot attention-vs-saliency.gp                          # attention-vs-saliency.pdf
#   gnuplot -e "fovea_format='png'" attention-vs-saliency.gp  # or 'svg'

# The format, and the page's size. Text sizes are in points, a line width of 1 is one point.
if (!exists('fovea_format')) fovea_format = 'pdf'
reset
set encoding utf8
if (fovea_format eq 'pdf') {
  set terminal pdfcairo size 3.25in,4.48in font 'Nimbus Sans,8' fontscale 0.75 linewidth 2 pointscale 0.3 background rgb '#ffffff' noenhanced
}
if (fovea_format eq 'png') {
  set terminal pngcairo size 975,1344 font 'Nimbus Sans,8' fontscale 3.125 linewidth 4.167 dashlength 1.4 pointscale 1.25 background rgb '#ffffff' noenhanced
}
if (fovea_format eq 'svg') {
  set terminal svg size 312,430 font 'Nimbus Sans,8' fontscale 1.3333 linewidth 1.333 dashlength 0.55 background rgb '#ffffff' noenhanced
}
# Markers are larger in SVG, which knows no scale for them.
marker(size) = fovea_format eq 'svg' ? 0.4 * size : size
set output 'attention-vs-saliency.'.fovea_format

# The look: thin axes, small ticks outside, no legend.
set minussign
set decimalsign '.'
set datafile separator whitespace
set datafile commentschars '#'
unset key
set border linewidth 0.5 linecolor rgb '#000000'
set tics out nomirror scale 0.5 font 'Nimbus Sans,7' textcolor rgb '#000000'

# The mean attention by position: position   delimiter, mean.
$mean_1 << FOVEA_END
-2 0
-1 0
0 1
1 0
2 0
FOVEA_END

# The mean gradient × input by position: position   delimiter, mean.
$mean_2 << FOVEA_END
-2 0.5
-1 0.5
0 0
1 0
2 0
FOVEA_END

# The mean saliency by position: position   delimiter, mean.
$mean_3 << FOVEA_END
-2 0.5
-1 0.5
0 0
1 0
2 0
FOVEA_END

# Single weights: gradient × input, attention.
$weights_1 << FOVEA_END
0.5 0
0.5 0
0 1
0 0
0 0
0.5 0
0.5 0
0 1
0 0
0 0
0.5 0
0.5 0
0 1
0 0
0 0
FOVEA_END

# Single weights: saliency, attention.
$weights_2 << FOVEA_END
0.5 0
0.5 0
0 1
0 0
0 0
0.5 0
0.5 0
0 1
0 0
0 0
0.5 0
0.5 0
0 1
0 0
0 0
FOVEA_END
set border 3
set multiplot

# The means by position.
set lmargin at screen 0.1692; set rmargin at screen 0.9692; set bmargin at screen 0.5491; set tmargin at screen 0.9063
# The vertical scale goes with the square root, so that 0 has a place and small shares can be read.
height(share) = sqrt(share)
set xrange [-2:2]; set yrange [0:height(1)]
set xtics ('−2' -2, '−1' -1, '0' 0, '1' 1, '2' 2) out nomirror font 'Nimbus Sans,7' scale 0.5
set ytics ('0' height(0), '0.01' height(0.01), '0.05' height(0.05), '0.1' height(0.1), '0.25' height(0.25), '0.5' height(0.5), '1' height(1)) out nomirror font 'Nimbus Sans,7' scale 0.5
set label 1 'position − delimiter' at screen 0.5692,0.4866 center front font 'Nimbus Sans,8' textcolor rgb '#000000'
set label 2 'mean share of mass (√ scale)' at screen 0.0308,0.7277 center rotate by 90 front font 'Nimbus Sans,8' textcolor rgb '#000000'
set arrow 1 from screen 0.0374,0.9799 to screen 0.117,0.9799 nohead linewidth 1.2 dashtype solid linecolor rgb '#0072b2'
set label 100 '' at screen 0.0772,0.9799 point pointtype 7 pointsize marker(0.9) linecolor rgb '#0072b2'
set label 3 'attention' at screen 0.1314,0.9799 left front font 'Nimbus Sans,8' textcolor rgb '#0072b2'
set arrow 2 from screen 0.3132,0.9799 to screen 0.3927,0.9799 nohead linewidth 1.2 dashtype (7,3.5) linecolor rgb '#009e73'
set label 101 '' at screen 0.353,0.9799 point pointtype 5 pointsize marker(0.9) linecolor rgb '#009e73'
set label 4 'gradient × input' at screen 0.4072,0.9799 left front font 'Nimbus Sans,8' textcolor rgb '#009e73'
set arrow 3 from screen 0.695,0.9799 to screen 0.7745,0.9799 nohead linewidth 1.2 dashtype (2,2.5) linecolor rgb '#cc79a7'
set label 102 '' at screen 0.7347,0.9799 point pointtype 13 pointsize marker(0.9) linecolor rgb '#cc79a7'
set label 5 'saliency' at screen 0.789,0.9799 left front font 'Nimbus Sans,8' textcolor rgb '#cc79a7'
set label 6 'epoch 4, n = 3' at screen 0.0374,0.9487 left front font 'Nimbus Sans,6.5' textcolor rgb '#666666'
set arrow from 0, graph 0 to 0, graph 1 nohead back linewidth 3 linecolor rgb '#e6e6e6'
set arrow from graph 0, first height(0.2) to graph 1, first height(0.2) nohead back linewidth 0.6 dashtype (1.5,4) linecolor rgb '#666666'
set label 7 'uniform' at screen 0.9692,0.7233 right front font 'Nimbus Sans,6.5' textcolor rgb '#666666'
plot $mean_1 using 1:(height($2)) with linespoints pointinterval 1 linewidth 1.2 dashtype solid pointtype 7 pointsize marker(0.9) linecolor rgb '#0072b2', \
     $mean_2 using 1:(height($2)) with linespoints pointinterval 1 linewidth 1.2 dashtype (7,3.5) pointtype 5 pointsize marker(0.9) linecolor rgb '#009e73', \
     $mean_3 using 1:(height($2)) with linespoints pointinterval 1 linewidth 1.2 dashtype (2,2.5) pointtype 13 pointsize marker(0.9) linecolor rgb '#cc79a7'

# Single weights; those below 1e-6 lie in a band at the edge, spread by their number.
unset label; unset arrow; unset object
set lmargin at screen 0.1692; set rmargin at screen 0.9692; set bmargin at screen 0.0893; set tmargin at screen 0.4464
floor_weight = 1e-6
spread(number, step) = number * step - floor(number * step)
band(number, step) = floor_weight * 10**(-0.15 - 0.6 * spread(number, step))
shown(weight, number, step) = weight >= floor_weight ? weight : band(number, step)
set logscale xy; set xrange [10**-7.0:1.5]; set yrange [10**-7.0:1.5]
set xtics ('<1e-6' floor_weight * 10**-0.45, '1' 1, '1e-2' 1e-2, '1e-4' 1e-4) out nomirror font 'Nimbus Sans,7' scale 0.5
set ytics ('<1e-6' floor_weight * 10**-0.45, '1' 1, '1e-2' 1e-2, '1e-4' 1e-4) out nomirror font 'Nimbus Sans,7' scale 0.5
set label 1 'attribution share' at screen 0.5692,0.0268 center front font 'Nimbus Sans,8' textcolor rgb '#000000'
set label 2 'attention weight' at screen 0.0369,0.2679 center rotate by 90 front font 'Nimbus Sans,8' textcolor rgb '#000000'
set arrow from floor_weight, floor_weight to 1,1 nohead back linewidth 0.5 linecolor rgb '#666666' dashtype (6,3)
set arrow from floor_weight, graph 0 to floor_weight, graph 1 nohead back linewidth 0.5 linecolor rgb '#e6e6e6'
set arrow from graph 0, first floor_weight to graph 1, first floor_weight nohead back linewidth 0.5 linecolor rgb '#e6e6e6'
plot $weights_1 using (shown($1, $0, 0.754878)):(shown($2, $0, 0.569840)) with points pointtype 5 pointsize marker(0.55) linecolor rgb '#90009e73', \
     $weights_2 using (shown($1, $0, 0.754878)):(shown($2, $0, 0.569840)) with points pointtype 13 pointsize marker(0.55) linecolor rgb '#90cc79a7'
unset multiplot
# Closes the file.
set output
