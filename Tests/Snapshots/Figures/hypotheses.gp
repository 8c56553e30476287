# hypotheses: how the mass divides among the hypotheses, over the epochs of toy.
#
# Everything is in this file. Draw it with
#   gnuplot hypotheses.gp                          # hypotheses.pdf
#   gnuplot -e "fovea_format='png'" hypotheses.gp  # or 'svg'

# The format, and the page's size. Text sizes are in points, a line width of 1 is one point.
if (!exists('fovea_format')) fovea_format = 'pdf'
reset
set encoding utf8
if (fovea_format eq 'pdf') {
  set terminal pdfcairo size 3.25in,3.46in font 'Nimbus Sans,8' fontscale 0.75 linewidth 2 pointscale 0.3 background rgb '#ffffff' noenhanced
}
if (fovea_format eq 'png') {
  set terminal pngcairo size 975,1038 font 'Nimbus Sans,8' fontscale 3.125 linewidth 4.167 dashlength 1.4 pointscale 1.25 background rgb '#ffffff' noenhanced
}
if (fovea_format eq 'svg') {
  set terminal svg size 312,332 font 'Nimbus Sans,8' fontscale 1.3333 linewidth 1.333 dashlength 0.55 background rgb '#ffffff' noenhanced
}
# Markers are larger in SVG, which knows no scale for them.
marker(size) = fovea_format eq 'svg' ? 0.4 * size : size
set output 'hypotheses.'.fovea_format

# The look: thin axes, small ticks outside, no legend.
set minussign
set decimalsign '.'
set datafile separator whitespace
set datafile commentschars '#'
unset key
set border linewidth 0.5 linecolor rgb '#000000'
set tics out nomirror scale 0.5 font 'Nimbus Sans,7' textcolor rgb '#000000'

# attention.
# Epoch, then the upper edges of the areas: before, at delimiter, after
$areas_1 << FOVEA_END
0 0.4 0.6 1
1 0.267 0.734 1.001
2 0.133 0.866 0.999
4 0 1 1
FOVEA_END

# gradient × input.
# Epoch, then the upper edges of the areas: before, at delimiter, after
$areas_2 << FOVEA_END
0 0.4 0.6 1
1 0.6 0.733 1
2 0.8 0.867 1
4 1 1 1
FOVEA_END
set multiplot

# The panel of attention.
unset label; unset arrow; unset object
set lmargin at screen 0.1354; set rmargin at screen 0.7959; set bmargin at screen 0.5491; set tmargin at screen 0.9104
set border 3
unset logscale x
set xrange [0:4]
set xtics ('' 0, '' 1, '' 2, '' 3, '' 4)
unset logscale y
set yrange [0:1]
set ytics ('0' 0, '0.25' 0.25, '0.5' 0.5, '0.75' 0.75, '1' 1) out nomirror font 'Nimbus Sans,7' scale 0.5
set grid ytics back linetype 1 linewidth 0.5 linecolor rgb '#e6e6e6'
set label 1 'share of mass' at screen 0.0277,0.7298 center rotate by 90 front font 'Nimbus Sans,8' textcolor rgb '#000000'
set label 2 'attention' at screen 0.4656,0.9364 center front font 'Nimbus Sans,8' textcolor rgb '#000000'
set label 3 'n = 3; means; dotted: a uniform map' at screen 0.1354,0.9769 left front font 'Nimbus Sans,6.5' textcolor rgb '#666666'
set label 4 'before' at screen 0.8174,0.5491 left front font 'Nimbus Sans,8' textcolor rgb '#0072b2'
set label 5 'at delimiter' at screen 0.8174,0.7298 left front font 'Nimbus Sans,8' textcolor rgb '#a86f00'
set label 6 'after' at screen 0.8174,0.9104 left front font 'Nimbus Sans,8' textcolor rgb '#666666'
plot $areas_1 using 1:(0):2 with filledcurves fillcolor rgb '#0072b2' fillstyle solid noborder title 'before', \
     $areas_1 using 1:2:3 with filledcurves fillcolor rgb '#e69f00' fillstyle solid noborder title 'at delimiter', \
     $areas_1 using 1:3:4 with filledcurves fillcolor rgb '#dddddd' fillstyle solid noborder title 'after', \
     $areas_1 using 1:2 with lines linewidth 0.7 linecolor rgb '#ffffff' notitle, \
     $areas_1 using 1:3 with lines linewidth 0.7 linecolor rgb '#ffffff' notitle

# The panel of gradient × input.
unset label; unset arrow; unset object
set lmargin at screen 0.1354; set rmargin at screen 0.7959; set bmargin at screen 0.1098; set tmargin at screen 0.4711
set border 3
unset logscale x
set xrange [0:4]
set xtics ('0' 0, '1' 1, '2' 2, '3' 3, '4' 4)
unset logscale y
set yrange [0:1]
set ytics ('0' 0, '0.25' 0.25, '0.5' 0.5, '0.75' 0.75, '1' 1) out nomirror font 'Nimbus Sans,7' scale 0.5
set grid ytics back linetype 1 linewidth 0.5 linecolor rgb '#e6e6e6'
set label 1 'epoch' at screen 0.4656,0.0289 center front font 'Nimbus Sans,8' textcolor rgb '#000000'
set label 2 'share of mass' at screen 0.0277,0.2905 center rotate by 90 front font 'Nimbus Sans,8' textcolor rgb '#000000'
set label 3 'gradient × input' at screen 0.4656,0.4971 center front font 'Nimbus Sans,8' textcolor rgb '#000000'
set label 4 'before' at screen 0.8174,0.2905 left front font 'Nimbus Sans,8' textcolor rgb '#0072b2'
set arrow from screen 0.7996,0.4711 to screen 0.8128,0.4359 nohead linewidth 0.4 linecolor rgb '#666666'
set label 5 'after' at screen 0.8174,0.4359 left front font 'Nimbus Sans,8' textcolor rgb '#666666'
set label 6 'at delimiter' at screen 0.8174,0.4815 left front font 'Nimbus Sans,8' textcolor rgb '#a86f00'
plot $areas_2 using 1:(0):2 with filledcurves fillcolor rgb '#0072b2' fillstyle solid noborder title 'before', \
     $areas_2 using 1:2:3 with filledcurves fillcolor rgb '#e69f00' fillstyle solid noborder title 'at delimiter', \
     $areas_2 using 1:3:4 with filledcurves fillcolor rgb '#dddddd' fillstyle solid noborder title 'after', \
     $areas_2 using 1:2 with lines linewidth 0.7 linecolor rgb '#ffffff' notitle, \
     $areas_2 using 1:3 with lines linewidth 0.7 linecolor rgb '#ffffff' notitle
unset multiplot
# Closes the file.
set output
