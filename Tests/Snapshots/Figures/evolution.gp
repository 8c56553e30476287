# evolution: the attention of 3 samples of toy, epoch by epoch.
#
# Everything is in this file. Draw it with
#   gnuplot evolution.gp  # evolution.gif
#   mkdir -p evolution-frames; gnuplot -e "fovea_format='frames'" evolution.gp  # one PNG per epoch

# The format, and the page's size: 150 dots per inch.
if (!exists('fovea_format')) fovea_format = 'gif'
reset
set encoding utf8
if (fovea_format eq 'gif') {
  set terminal gif animate delay 40 loop 0 size 488,605 font 'Nimbus Sans,8' fontscale 1.5625 linewidth 2.083 background rgb '#ffffff' noenhanced
  set output 'evolution.gif'
} else {
  set terminal pngcairo size 488,605 font 'Nimbus Sans,8' fontscale 1.5625 linewidth 2.083 dashlength 1.4 pointscale 0.625 background rgb '#ffffff' noenhanced
}
# Markers are larger in PNG.
marker(size) = fovea_format eq 'gif' ? 0.75 * size : size

# The look: thin axes, small ticks outside, no legend.
set minussign
set decimalsign '.'
set datafile separator whitespace
set datafile commentschars '#'
unset key
set border linewidth 0.5 linecolor rgb '#000000'
set tics out nomirror scale 0.5 font 'Nimbus Sans,7' textcolor rgb '#000000'

# The maps: one block per epoch, one row per sample, one column per position.
$maps << FOVEA_END
# epoch 0
0.2 0.2 0.2 0.2 0.2
0.2 0.2 0.2 0.2 0.2
0.2 0.2 0.2 0.2 0.2


# epoch 1
0.13333333 0.13333333 0.46666667 0.13333333 0.13333333
0.13333333 0.13333333 0.46666667 0.13333333 0.13333333
0.13333333 0.13333333 0.46666667 0.13333333 0.13333333


# epoch 2
0.06666666 0.06666666 0.73333335 0.06666666 0.06666666
0.06666666 0.06666666 0.73333335 0.06666666 0.06666666
0.06666666 0.06666666 0.73333335 0.06666666 0.06666666


# epoch 4
0 0 1 0 0
0 0 1 0 0
0 0 1 0 0
FOVEA_END

# The share of mass: place on the axis of epochs, then one column per line.
$shares << FOVEA_END
0 0.2 0.4 0.4
1 0.467 0.267 0.6
2 0.733 0.133 0.8
4 1 0 1
FOVEA_END

# The outline of the mask before: edges of its cells, x and y of both ends.
$outline_1 << FOVEA_END
1.5 -0.5 1.5 2.5
FOVEA_END

# The outline of the mask delimiter: edges of its cells, x and y of both ends.
$outline_2 << FOVEA_END
1.5 -0.5 1.5 2.5
2.5 -0.5 2.5 2.5
FOVEA_END

# One colour scale for all epochs, in proportion to the square root of the weight.
shade(weight) = sqrt(weight)
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
set cbtics ('0' shade(0), '0.01' shade(0.01), '0.05' shade(0.05), '0.25' shade(0.25), '0.5' shade(0.5), '1' shade(1)) scale 0.3 offset -0.6,0 font 'Nimbus Sans,7'
set colorbox vertical user origin screen 0.8246,0.6203 size screen 0.0246,0.3201 noborder

# The frames. The lines come first: in a GIF, colours after a map would snap to the map s.
array epochs[4] = [0, 1, 2, 4]
do for [frame = 1:4] {
  if (fovea_format eq 'frames') { set output sprintf('evolution-frames/frame-%04d.png', frame) }
  set multiplot
unset label; unset arrow; unset object
set lmargin at screen 0.1385; set rmargin at screen 0.6862; set bmargin at screen 0.0918; set tmargin at screen 0.4268
set border 3
unset logscale x
set xrange [0:4]
set xtics ('0' 0, '1' 1, '2' 2, '3' 3, '4' 4)
unset logscale y
set yrange [0:1]
set ytics ('0' 0, '0.25' 0.25, '0.5' 0.5, '0.75' 0.75, '1' 1) out nomirror font 'Nimbus Sans,7' scale 0.5
set grid ytics back linetype 1 linewidth 0.5 linecolor rgb '#e6e6e6'
set label 1 'epoch' at screen 0.4123,0.0223 center front font 'Nimbus Sans,8' textcolor rgb '#000000'
set label 2 '' at screen 0.0277,0.2593 center rotate by 90 front font 'Nimbus Sans,8' textcolor rgb '#000000'
set label 3 'share of mass' at screen 0.0277,0.2593 center rotate by 90 front font 'Nimbus Sans,8' textcolor rgb '#000000'

# The names of the lines, at their right ends; moved apart where they would overlap.
set label 4 'attention, before' at screen 0.7077,0.0918 left front font 'Nimbus Sans,8' textcolor rgb '#d55e00'
set arrow from screen 0.6898,0.4268 to screen 0.7031,0.349 nohead linewidth 0.4 linecolor rgb '#009e73'
set label 5 'gradient × input,' at screen 0.7077,0.3649 left front font 'Nimbus Sans,8' textcolor rgb '#009e73'
set label 6 'before' at screen 0.7077,0.3332 left front font 'Nimbus Sans,8' textcolor rgb '#009e73'
set label 7 'attention,' at screen 0.7077,0.4358 left front font 'Nimbus Sans,8' textcolor rgb '#0072b2'
set label 8 'delimiter' at screen 0.7077,0.4041 left front font 'Nimbus Sans,8' textcolor rgb '#0072b2'
plot $shares using 1:($0 >= 0 ? $2 : NaN) with lines linewidth 1.2 linecolor rgb '#e6e6e6' notitle, \
     $shares using 1:($0 >= 0 && $0 < frame ? $2 : NaN) with lines linewidth 1.2 dashtype solid linecolor rgb '#0072b2' notitle, \
     $shares every ::frame - 1::frame - 1 using 1:2 with points pointtype 7 pointsize marker(1.4) linecolor rgb '#0072b2' notitle, \
     $shares using 1:($0 >= 0 ? $3 : NaN) with lines linewidth 1.2 linecolor rgb '#e6e6e6' notitle, \
     $shares using 1:($0 >= 0 && $0 < frame ? $3 : NaN) with lines linewidth 1.2 dashtype (10,3,2,3) linecolor rgb '#d55e00' notitle, \
     $shares every ::frame - 1::frame - 1 using 1:3 with points pointtype 9 pointsize marker(1.4) linecolor rgb '#d55e00' notitle, \
     $shares using 1:($0 >= 0 ? $4 : NaN) with lines linewidth 1.2 linecolor rgb '#e6e6e6' notitle, \
     $shares using 1:($0 >= 0 && $0 < frame ? $4 : NaN) with lines linewidth 1.2 dashtype (7,3.5) linecolor rgb '#009e73' notitle, \
     $shares every ::frame - 1::frame - 1 using 1:4 with points pointtype 5 pointsize marker(1.4) linecolor rgb '#009e73' notitle
unset label; unset arrow; unset object
unset grid; unset logscale; set border 15
set lmargin at screen 0.1385; set rmargin at screen 0.8; set bmargin at screen 0.6203; set tmargin at screen 0.9404
set object 1 rectangle from graph 0,0 to graph 1,1 behind fillcolor rgb '#e6e6e6' fillstyle solid noborder
set label 1 (epochs[frame] == 0 ? 'untrained' : sprintf('epoch %d', epochs[frame])) at screen 0.4692,0.9653 center front font 'Nimbus Sans,8' textcolor rgb '#000000'
set xrange [-0.5:4.5]; set yrange [2.5:-0.5]
set xtics ('0' 0, '1' 1, '2' 2, '3' 3, '4' 4) out nomirror font 'Nimbus Sans,7' scale 0.3 offset 0,0.4
set ytics ('0' 0, '1' 1, '2' 2) out nomirror font 'Nimbus Sans,7' scale 0.3 offset 0.5,0
set label 2 'position' at screen 0.4692,0.5558 center front font 'Nimbus Sans,8' textcolor rgb '#000000'
set label 3 'sample' at screen 0.0462,0.7804 center rotate by 90 front font 'Nimbus Sans,8' textcolor rgb '#000000'
set label 4 'attention weight, √ scale' at screen 0.96,0.7804 center rotate by 90 front font 'Nimbus Sans,8' textcolor rgb '#000000'
set label 5 'outlined white: before, orange: delimiter' at screen 0.1385,0.5161 left front font 'Nimbus Sans,6.5' textcolor rgb '#666666'
plot $maps index (frame - 1) matrix using 1:2:(shade($3)) with image notitle, \
     $outline_1 using 1:2:($3-$1):($4-$2) with vectors nohead linewidth 1.6 linecolor rgb '#000000' notitle, \
     $outline_1 using 1:2:($3-$1):($4-$2) with vectors nohead linewidth 0.8 linecolor rgb '#ffffff' notitle, \
     $outline_2 using 1:2:($3-$1):($4-$2) with vectors nohead linewidth 1.6 linecolor rgb '#000000' notitle, \
     $outline_2 using 1:2:($3-$1):($4-$2) with vectors nohead linewidth 0.8 linecolor rgb '#ff9d2e' notitle
  unset multiplot
}
# Closes the file.
set output
