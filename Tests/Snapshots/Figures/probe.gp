# probe: what the states hold, by position over the epochs of toy.
#
# Everything is in this file. Draw it with
#   gnuplot probe.gp                          # probe.pdf
#   gnuplot -e "fovea_format='png'" probe.gp  # or 'svg'

# The format, and the page's size. Text sizes are in points, a line width of 1 is one point.
if (!exists('fovea_format')) fovea_format = 'pdf'
reset
set encoding utf8
if (fovea_format eq 'pdf') {
  set terminal pdfcairo size 3.25in,2.62in font 'Nimbus Sans,8' fontscale 0.75 linewidth 2 pointscale 0.3 background rgb '#ffffff' noenhanced
}
if (fovea_format eq 'png') {
  set terminal pngcairo size 975,786 font 'Nimbus Sans,8' fontscale 3.125 linewidth 4.167 dashlength 1.4 pointscale 1.25 background rgb '#ffffff' noenhanced
}
if (fovea_format eq 'svg') {
  set terminal svg size 312,252 font 'Nimbus Sans,8' fontscale 1.3333 linewidth 1.333 dashlength 0.55 background rgb '#ffffff' noenhanced
}
# Markers are larger in SVG, which knows no scale for them.
marker(size) = fovea_format eq 'svg' ? 0.4 * size : size
set output 'probe.'.fovea_format

# The look: thin axes, small ticks outside, no legend.
set minussign
set decimalsign '.'
set datafile separator whitespace
set datafile commentschars '#'
unset key
set border linewidth 0.5 linecolor rgb '#000000'
set tics out nomirror scale 0.5 font 'Nimbus Sans,7' textcolor rgb '#000000'

# running sum: one row per epoch, one column per position   delimiter from -2.
$values_1 << FOVEA_END
0.23 0.24 0.25 0.075 0.075
0.46 0.48 0.5 0.15 0.15
0.69 0.71999997 0.75 0.22500001 0.22500001
0.92 0.96 1 0.3 0.3
FOVEA_END

# delimiter seen: one row per epoch, one column per position   delimiter from -2.
$values_2 << FOVEA_END
0.23 0.24 0.25 0.075 0.075
0.46 0.48 0.5 0.15 0.15
0.69 0.71999997 0.75 0.22500001 0.22500001
0.92 0.96 1 0.3 0.3
FOVEA_END

# One colour scale for all maps.
shade(value) = value < 0 ? 0 : value
set palette defined ( \
  0 '#00224e', 1 '#002554', 2 '#00285b', 3 '#002b62', 4 '#002e6a', 5 '#003070', 6 '#053371', 7 '#123570', \
  8 '#1a386f', 9 '#213b6e', 10 '#273e6e', 11 '#2d416d', 12 '#32436d', 13 '#36466c', 14 '#3b496c', 15 '#3f4c6c', \
  16 '#434e6c', 17 '#47516c', 18 '#4b546c', 19 '#4f576c', 20 '#535a6d', 21 '#565c6d', 22 '#5a5f6e', 23 '#5e626e', \
  24 '#61656f', 25 '#656870', 26 '#686a71', 27 '#6c6d72', 28 '#6f7073', 29 '#727374', 30 '#767676', 31 '#797977', \
  32 '#7d7c78', 33 '#7f7e78', 34 '#838179', 35 '#878478', 36 '#8b8778', 37 '#8f8a78', 38 '#928d78', 39 '#969077', \
  40 '#9a9376', 41 '#9e9676', 42 '#a29975', 43 '#a69c74', 44 '#aaa073', 45 '#aea371', 46 '#b3a670', 47 '#b7a96e', \
  48 '#bbad6d', 49 '#bfb06b', 50 '#c3b369', 51 '#c7b767', 52 '#ccba64', 53 '#d0be62', 54 '#d4c15f', 55 '#d9c55c', \
  56 '#ddc858', 57 '#e1cc55', 58 '#e6d051', 59 '#ead34c', 60 '#efd748', 61 '#f3db42', 62 '#f8df3c', 63 '#fde334', \
  64 '#fee838')
set cbrange [0:shade(1)]
set cbtics ('0' shade(0), '0.25' shade(0.25), '0.5' shade(0.5), '0.75' shade(0.75), '1' shade(1)) scale 0.3 offset -0.6,0 font 'Nimbus Sans,7'
set colorbox vertical user origin screen 0.8277,0.1565 size screen 0.0246,0.7137 noborder
set border 15
set multiplot

# running sum.
unset label; unset arrow; unset object
set lmargin at screen 0.1538; set rmargin at screen 0.7969; set bmargin at screen 0.5649; set tmargin at screen 0.8702
set object 1 rectangle from graph 0,0 to graph 1,1 behind fillcolor rgb '#e6e6e6' fillstyle solid noborder
set label 1 'running sum' at screen 0.4754,0.9046 center front font 'Nimbus Sans,8' textcolor rgb '#000000'
set label 2 'epoch' at screen 0.0308,0.7176 center rotate by 90 front font 'Nimbus Sans,8' textcolor rgb '#000000'
set xrange [-0.5:4.5]; set yrange [-0.5:3.5]
set xtics ('' 0, '' 1, '' 2, '' 3, '' 4) out nomirror font 'Nimbus Sans,7' scale 0.3 offset 0,0.4
# Rows are epochs with a checkpoint, whatever lies between them.
set ytics ('0' 0, '1' 1, '2' 2, '4' 3) out nomirror font 'Nimbus Sans,7' scale 0.3 offset 0.5,0
set label 3 'R²' at screen 0.9631,0.5134 center rotate by 90 front font 'Nimbus Sans,8' textcolor rgb '#000000'
set label 4 'n = 3; cross-validated R²; grey: undefined' at screen 0.1538,0.9695 left front font 'Nimbus Sans,6.5' textcolor rgb '#666666'
set arrow from 1.5, graph 0 to 1.5, graph 1 nohead front linewidth 1.3 linecolor rgb '#000000'
set arrow from 1.5, graph 0 to 1.5, graph 1 nohead front linewidth 0.6 linecolor rgb '#ffffff'
set arrow from 2.5, graph 0 to 2.5, graph 1 nohead front linewidth 1.3 linecolor rgb '#000000'
set arrow from 2.5, graph 0 to 2.5, graph 1 nohead front linewidth 0.6 linecolor rgb '#ffffff'
if (fovea_format eq 'svg') {
plot $values_1 matrix using 1:2:(shade($3)) with image pixels title 'running sum'
} else {
plot $values_1 matrix using 1:2:(shade($3)) with image title 'running sum'
}

# delimiter seen.
unset label; unset arrow; unset object
set lmargin at screen 0.1538; set rmargin at screen 0.7969; set bmargin at screen 0.1565; set tmargin at screen 0.4618
set object 1 rectangle from graph 0,0 to graph 1,1 behind fillcolor rgb '#e6e6e6' fillstyle solid noborder
set label 1 'delimiter seen' at screen 0.4754,0.4962 center front font 'Nimbus Sans,8' textcolor rgb '#000000'
set label 2 'position − delimiter' at screen 0.4754,0.0649 center front font 'Nimbus Sans,8' textcolor rgb '#000000'
set label 3 'epoch' at screen 0.0308,0.3092 center rotate by 90 front font 'Nimbus Sans,8' textcolor rgb '#000000'
set xrange [-0.5:4.5]; set yrange [-0.5:3.5]
set xtics ('−2' 0, '−1' 1, '0' 2, '1' 3, '2' 4) out nomirror font 'Nimbus Sans,7' scale 0.3 offset 0,0.4
# Rows are epochs with a checkpoint, whatever lies between them.
set ytics ('0' 0, '1' 1, '2' 2, '4' 3) out nomirror font 'Nimbus Sans,7' scale 0.3 offset 0.5,0
unset colorbox
set arrow from 1.5, graph 0 to 1.5, graph 1 nohead front linewidth 1.3 linecolor rgb '#000000'
set arrow from 1.5, graph 0 to 1.5, graph 1 nohead front linewidth 0.6 linecolor rgb '#ffffff'
set arrow from 2.5, graph 0 to 2.5, graph 1 nohead front linewidth 1.3 linecolor rgb '#000000'
set arrow from 2.5, graph 0 to 2.5, graph 1 nohead front linewidth 0.6 linecolor rgb '#ffffff'
if (fovea_format eq 'svg') {
plot $values_2 matrix using 1:2:(shade($3)) with image pixels title 'delimiter seen'
} else {
plot $values_2 matrix using 1:2:(shade($3)) with image title 'delimiter seen'
}
unset multiplot
# Closes the file.
set output
